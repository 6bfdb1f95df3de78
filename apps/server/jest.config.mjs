import base from "../../jest.base.mjs";

// Room tests wait for clocks and sockets far more than they compute: more of them at once than there are cores.
export default { ...base, maxWorkers: 3, testTimeout: 60_000 };
