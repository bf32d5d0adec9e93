//! The variables of the environment that the agent reads, as a table.

/// One variable of the environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// What it may be set to, in words.
    pub allowed: &'static str,
    /// What holds when it is not set.
    pub default: &'static str,
    /// What it is for.
    pub doc: &'static str,
}

/// Every variable of the environment that the agent reads.
pub const VARIABLES: &[Variable] = &[
    Variable {
        name: "TASKSCOPE_ADDR",
        allowed: "IP:PORT, localhost:PORT or off; port 0 takes a free one",
        default: "127.0.0.1:6060",
        doc: "Where the agent listens for HTTP.",
    },
    Variable {
        name: "TASKSCOPE_TOKEN",
        allowed: "8 to 512 visible ASCII characters",
        default: "no token",
        doc: "The bearer token that every request but those for the page and for /healthz must carry.",
    },
    Variable {
        name: "TASKSCOPE_TOKEN_FILE",
        allowed: "path of a readable file that holds the token",
        default: "no token",
        doc: "The same, from a file; one newline at its end is not part of the token.",
    },
    Variable {
        name: "TASKSCOPE_ALLOWED_HOSTS",
        allowed: "names and addresses of hosts, without a port, separated by commas",
        default: "none",
        doc: "By which names clients may reach the listener, beside localhost and its own address: that of a service or of the machine.",
    },
    Variable {
        name: "TASKSCOPE_ENABLED",
        allowed: "1 or 0",
        default: "1",
        doc: "Whether recording is on at the start.",
    },
    Variable {
        name: "TASKSCOPE_STUCK_AFTER",
        allowed: "seconds from 0.1 to 86400, decimals allowed",
        default: "30",
        doc: "How long something must last before a statistical verdict is given, and as many times longer as the threads of the program get on slower for want of processors; proofs do not wait for it.",
    },
    Variable {
        name: "TASKSCOPE_BUDGET",
        allowed: "a share of the process's CPU from 0 to 1, such as 0.01",
        default: "0.01",
        doc: "What optional work (time stamps, samplers, detectors, scrapes, profiles) may cost.",
    },
    Variable {
        name: "TASKSCOPE_FLIGHT",
        allowed: "1 or 0",
        default: "0",
        doc: "Whether events are recorded all the time, as far as the budget goes, so that a finding's trace shows what came before it.",
    },
    Variable {
        name: "TASKSCOPE_LOCK_ORDER",
        allowed: "1 or 0",
        default: "0",
        doc: "Whether the order is watched in which locks are taken, to tell which could deadlock; not free.",
    },
    Variable {
        name: "TASKSCOPE_STACKS",
        allowed: "1 or 0",
        default: "1",
        doc: "Whether a thread that is caught in the act by a finding is sent a signal (SIGURG), once, for its stack.",
    },
    Variable {
        name: "TASKSCOPE_MAX_MEMORY",
        allowed: "1MiB to 1TiB, as bytes or with a unit: B, kB, MB, GB, KiB, MiB, GiB, TiB",
        default: "64MiB",
        doc: "What the agent may hold in memory, tasks excepted: 128 bytes each, and 48 for its wait. What finds no room is counted by kind.",
    },
    Variable {
        name: "TASKSCOPE_MAX_SERIES",
        allowed: "a whole number from 321 to 1000000",
        default: "5000",
        doc: "How many series /metrics may have; what is beyond is folded into others.",
    },
];
