// The parts of the view of quarantined events that no other view has. They are a separate file of the build.

export { QuarantinePanel } from './quarantine-panel.tsx';
export { QuarantineTools } from './quarantine-tools.tsx';
