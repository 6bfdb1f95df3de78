import { parseSync } from "@swc/core";

export interface Import {
  specifier: string;
  /** Erased by the compiler: it binds types together, but loads nothing. */
  typeOnly: boolean;
}

/** What a source file asks of the world around it. */
export interface SourceScan {
  imports: Import[];
  /** Free-standing names, such as `window`, and the environments `process.env` and `import.meta.env`. */
  globals: Set<string>;
  anyCasts: number;
}

interface Node {
  type: string;
  [key: string]: unknown;
}

/** Read one TypeScript source. The compiler's own parser does it, so that text in a string or comment is no import. */
export function scanSource(text: string, { tsx = false } = {}): SourceScan {
  const scan: SourceScan = { imports: [], globals: new Set(), anyCasts: 0 };
  visit(parseSync(text, { syntax: "typescript", tsx, target: "es2023" }), scan);
  return scan;
}

function visit(value: unknown, scan: SourceScan): void {
  if (Array.isArray(value)) {
    for (const item of value) visit(item, scan);
    return;
  }
  if (!isNode(value)) {
    // Groups without a type of their own, such as call arguments.
    if (typeof value === "object" && value !== null) visit(Object.values(value), scan);
    return;
  }
  note(value, scan);
  for (const [key, child] of Object.entries(value)) if (!isPlainName(value, key)) visit(child, scan);
}

function note(node: Node, scan: SourceScan): void {
  switch (node.type) {
    case "ImportDeclaration":
    case "ExportAllDeclaration":
    case "ExportNamedDeclaration":
      if (isNode(node.source)) {
        scan.imports.push({ specifier: String(node.source.value), typeOnly: isTypeOnly(node) });
      }
      break;
    case "TsImportType":
      if (isNode(node.argument))
        scan.imports.push({ specifier: String(node.argument.value), typeOnly: true });
      break;
    case "CallExpression":
      if (isNode(node.callee) && node.callee.type === "Import") {
        const [first] = node.arguments as { expression: Node }[];
        // A computed address cannot be checked, so it is reported as what it is.
        const known = first?.expression.type === "StringLiteral";
        scan.imports.push({
          specifier: known ? String(first.expression.value) : "(computed)",
          typeOnly: false,
        });
      }
      break;
    case "Identifier":
      scan.globals.add(String(node.value));
      break;
    case "MemberExpression": {
      const name = memberName(node);
      const object = node.object as Node;
      if (object.type === "MetaProperty") scan.globals.add(`import.meta.${name}`);
      if (object.type === "Identifier" && object.value === "globalThis") scan.globals.add(name);
      if (object.type === "Identifier" && object.value === "process") scan.globals.add(`process.${name}`);
      break;
    }
    case "TsAsExpression":
    case "TsTypeAssertion": {
      const target = node.typeAnnotation as Node;
      if (target.type === "TsKeywordType" && target.kind === "any") scan.anyCasts += 1;
      break;
    }
  }
}

/** `import type …`, and an import in braces of nothing but types. */
function isTypeOnly(node: Node): boolean {
  const specifiers = (node.specifiers ?? []) as Node[];
  return (
    Boolean(node.typeOnly) || (specifiers.length > 0 && specifiers.every((one) => one.isTypeOnly === true))
  );
}

function memberName(node: Node): string {
  const property = node.property as Node;
  if (property.type === "Identifier") return String(property.value);
  const expression = property.expression as Node | undefined;
  return expression?.type === "StringLiteral" ? String(expression.value) : "(computed)";
}

/** `x.window` and `{ window: 1 }` name a member, not the global. */
function isPlainName(parent: Node, key: string): boolean {
  const child = parent[key];
  if (!isNode(child) || child.type !== "Identifier") return false;
  return (key === "property" && parent.type === "MemberExpression") || key === "key";
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Node).type === "string";
}
