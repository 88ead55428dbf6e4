export interface Gate {
  open: () => void;
  opened: Promise<void>;
}

/** Lets a test and a handler wait for each other. */
export function gate(): Gate {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}
