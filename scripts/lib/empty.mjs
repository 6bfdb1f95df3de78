// What a test gets in place of a style sheet.
export default {};
