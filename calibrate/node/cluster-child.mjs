// A process of a cluster: it does what its parent says, and ends with it.

import { Program } from "./program.mjs";

let program = null;

process.on("message", async ({ prepare, round }) => {
    if (prepare) {
        program = await Program.prepare(prepare.job, prepare.share, prepare.server);
        process.send("ready");
    } else {
        process.send(await program.round(round));
    }
});
process.on("disconnect", () => process.exit(0));
