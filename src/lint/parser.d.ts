declare const parser: object;
export default parser;
