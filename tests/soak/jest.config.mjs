import failures from "../failures/jest.config.mjs";

export default failures;
