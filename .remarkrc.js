import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import remarkValidateLinks from 'remark-validate-links';

const root = import.meta.dirname;
const { repository } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Links between the documents, headings included, and links that name the repository. The network is asked for nothing. */
export default {
  plugins: [[remarkValidateLinks, { repository: repository.url, root }]],
};
