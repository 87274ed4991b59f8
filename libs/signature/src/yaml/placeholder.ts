/** What stands in a ready `contract:` section where the author has to write. */
export const placeholder = 'FILL_IN';
