/** Preloaded into a service: its clock is GRIFFIN_CLOCK_SHIFT_MS ahead of the machine's. */
const shiftMs = Number(process.env.GRIFFIN_CLOCK_SHIFT_MS);
const MachineDate = Date;

globalThis.Date = class Date extends MachineDate {
  constructor(...given) {
    super(...(given.length === 0 ? [MachineDate.now() + shiftMs] : given));
  }

  static now() {
    return MachineDate.now() + shiftMs;
  }
};
