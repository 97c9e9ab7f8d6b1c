// The TypeScript parser under a name with no types of its own, for the rule's tests.
import tseslint from 'typescript-eslint';

export default tseslint.parser;
