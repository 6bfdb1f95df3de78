export { createCrowd } from "./textbook.ts";
