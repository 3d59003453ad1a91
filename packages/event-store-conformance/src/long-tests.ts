/** Whether there is time for more of what is random: `LONG_TESTS=1`. */
export const IS_LONG: boolean = process.env.LONG_TESTS === '1';
