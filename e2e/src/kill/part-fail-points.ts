/** Fail points of uploads in parts, with the time of coming by at which the process dies. */
export const PART_FAIL_POINTS: Readonly<Record<string, number>> = {
  'upload.part-stored': 2,
  'upload.proof-finished': 1,
};
