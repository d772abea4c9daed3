/** What only the holder of a key knows: behind the second underscore of its text, and with underscores of its own now and then. */
export const secretOf = (key: string) => key.split('_').slice(2).join('_');
