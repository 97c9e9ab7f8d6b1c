declare const rule: import('eslint').Rule.RuleModule;
export default rule;
