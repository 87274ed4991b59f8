/** Something that is uploaded in place of a model. */
export interface KnownMistake {
  readonly code: string;
  readonly starts: RegExp;
  readonly explain: (path: string) => string;
}

export const knownMistakes: readonly KnownMistake[] = [
  {
    code: 'GIT_LFS_POINTER',
    starts: /^version https:\/\/git-lfs\.github\.com\/spec\//,
    explain: (path) =>
      `'${path}' is a Git LFS pointer and not the file itself: run \`git lfs pull\` and upload again.`,
  },
  {
    code: 'HTML_PAGE',
    starts: /^\s*<(!doctype html|html[\s>])/i,
    explain: (path) => `'${path}' is a web page, probably of a download that failed.`,
  },
];
