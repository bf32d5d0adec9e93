//! The table of routes: dispatch, what is refused and in which words, and the documentation come from it.

use crate::detect::FindingKind;
use crate::http::api::{POOL_FIELDS, RESOURCE_FIELDS, TASK_FIELDS};
use crate::http::{ProfileFormat, ProfileKind, Reply};
use crate::snapshot::{ResourceKind, TaskKind, TaskState};
use hyper::{Method, StatusCode, header};

/// What answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Page,
    Health,
    Metrics,
    Summary,
    Pools,
    Tasks,
    Task,
    Resources,
    Resource,
    Findings,
    Graph,
    LockOrder,
    Coverage,
    Flamegraph,
    Trace,
}

/// A row of the table.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) endpoint: Endpoint,
    /// Its path; a segment `ID` stands for any id.
    pub(crate) path: &'static str,
    /// Methods it takes.
    pub(crate) methods: &'static [Method],
    /// Parameters it takes.
    pub(crate) params: &'static [Param],
    /// Whether it is answered without a token.
    pub(crate) open: bool,
    /// What it is for.
    #[cfg_attr(not(test), expect(dead_code, reason = "the manual is checked against it"))]
    pub(crate) doc: &'static str,
}

/// A parameter of a route.
#[derive(Debug)]
pub(crate) struct Param {
    pub(crate) name: &'static str,
    pub(crate) allowed: Allowed,
    /// Whether it may be given several times.
    pub(crate) repeated: bool,
    /// What holds without it.
    #[cfg_attr(not(test), expect(dead_code, reason = "the manual is checked against it"))]
    pub(crate) default: &'static str,
    #[cfg_attr(not(test), expect(dead_code, reason = "the manual is checked against it"))]
    pub(crate) doc: &'static str,
}

/// What a parameter may be.
#[derive(Debug)]
pub(crate) enum Allowed {
    /// One of these words.
    Words(&'static [&'static str]),
    /// A whole number, both ends included.
    Whole(u64, u64),
    /// One of these fields, a minus before it for the largest first.
    Sort(&'static [&'static str]),
    /// Any text that is not longer.
    Text(usize),
    /// What an answer gave as `next`.
    Cursor,
}

/// Parts of the table that several rows share.
const READ: &[Method] = &[Method::GET, Method::HEAD];
const NONE: &[Param] = &[];

const fn pool(doc: &'static str) -> Param {
    Param { name: "pool", allowed: Allowed::Text(64), repeated: true, default: "all", doc }
}

const fn text(doc: &'static str) -> Param {
    Param { name: "text", allowed: Allowed::Text(200), repeated: false, default: "all", doc }
}

const fn words(name: &'static str, words: &'static [&'static str], doc: &'static str) -> Param {
    Param { name, allowed: Allowed::Words(words), repeated: true, default: "all", doc }
}

const fn sort(fields: &'static [&'static str], default: &'static str) -> Param {
    let doc = "Order by this field; what is unknown comes last.";
    Param { name: "sort", allowed: Allowed::Sort(fields), repeated: false, default, doc }
}

const fn limit(default: &'static str) -> Param {
    let doc = "Entries in one answer.";
    Param { name: "limit", allowed: Allowed::Whole(1, 1000), repeated: false, default, doc }
}

const CURSOR: Param = Param {
    name: "cursor",
    allowed: Allowed::Cursor,
    repeated: false,
    default: "the beginning",
    doc: "Go on after the answer whose `next` this was; `sort` must be the same.",
};

/// States by which resources are filtered.
pub(crate) const RESOURCE_STATES: &[&str] = &["closed", "contended", "held", "filled", "idle"];

/// The table.
pub(crate) const ROUTES: &[Route] = &[
    Route {
        endpoint: Endpoint::Page,
        path: "/",
        methods: READ,
        params: NONE,
        open: true,
        doc: "The live page. It holds no data of its own and asks for the token if there is one.",
    },
    Route {
        endpoint: Endpoint::Health,
        path: "/healthz",
        methods: READ,
        params: NONE,
        open: true,
        doc: "`ok` as long as the agent answers.",
    },
    Route {
        endpoint: Endpoint::Metrics,
        path: "/metrics",
        methods: READ,
        params: NONE,
        open: false,
        doc: "All metrics for Prometheus: text format 0.0.4, or OpenMetrics 1.0 if `Accept` prefers it; gzip if accepted.",
    },
    Route {
        endpoint: Endpoint::Summary,
        path: "/api/v1/summary",
        methods: READ,
        params: NONE,
        open: false,
        doc: "The program and the agent in a few numbers.",
    },
    Route {
        endpoint: Endpoint::Pools,
        path: "/api/v1/pools",
        methods: READ,
        params: &[
            pool("Only this pool."),
            Param {
                name: "history",
                allowed: Allowed::Whole(1, 600),
                repeated: false,
                default: "no history",
                doc: "Add the numbers of the last seconds to each pool.",
            },
            sort(&POOL_FIELDS, "as created"),
            limit("all"),
            CURSOR,
        ],
        open: false,
        doc: "Pools with their tasks, queues and locks.",
    },
    Route {
        endpoint: Endpoint::Tasks,
        path: "/api/v1/tasks",
        methods: READ,
        params: &[
            pool("Only tasks of this pool."),
            words("state", TaskState::WORDS, "Only tasks in this state."),
            words("kind", TaskKind::WORDS, "Only tasks of this kind."),
            text("Only tasks with this text in their id, name, place or awaits."),
            sort(&TASK_FIELDS, "by id"),
            limit("100"),
            CURSOR,
        ],
        open: false,
        doc: "Live tasks: what each does, what it waits on and since when.",
    },
    Route {
        endpoint: Endpoint::Task,
        path: "/api/v1/tasks/ID",
        methods: READ,
        params: NONE,
        open: false,
        doc: "One live task.",
    },
    Route {
        endpoint: Endpoint::Resources,
        path: "/api/v1/resources",
        methods: READ,
        params: &[
            pool("Only resources of this pool."),
            words("state", RESOURCE_STATES, "Only resources in this state."),
            words("kind", ResourceKind::WORDS, "Only resources of this kind."),
            text("Only resources with this text in their id, name or place."),
            sort(&RESOURCE_FIELDS, "by id"),
            limit("100"),
            CURSOR,
        ],
        open: false,
        doc: "Live channels, locks and so on: who holds them, who waits for them, how full they are.",
    },
    Route {
        endpoint: Endpoint::Resource,
        path: "/api/v1/resources/ID",
        methods: READ,
        params: NONE,
        open: false,
        doc: "One live resource.",
    },
    Route {
        endpoint: Endpoint::Findings,
        path: "/api/v1/findings",
        methods: READ,
        params: &[
            pool("Only findings of this pool."),
            words("state", &["active", "resolved"], "Only findings that last, or that are over."),
            words("kind", &FINDING_KINDS, "Only findings of this kind."),
        ],
        open: false,
        doc: "What is wrong, oldest first; what has healed stays for a while.",
    },
    Route {
        endpoint: Endpoint::Graph,
        path: "/api/v1/graph",
        methods: READ,
        params: &[
            Param {
                name: "format",
                allowed: Allowed::Words(&["json", "dot"]),
                repeated: false,
                default: "json",
                doc: "`dot` is for Graphviz.",
            },
            Param {
                name: "limit",
                allowed: Allowed::Whole(1, 10_000),
                repeated: false,
                default: "1000",
                doc: "Edges in the answer: those of cycles first, then those that last longest.",
            },
        ],
        open: false,
        doc: "Who waits for whom: waits from tasks to resources and joined tasks, holds from resources to tasks.",
    },
    Route {
        endpoint: Endpoint::LockOrder,
        path: "/api/v1/lock_order",
        methods: READ,
        params: NONE,
        open: false,
        doc: "Locks that are taken in one order here and in another there, if `TASKSCOPE_LOCK_ORDER` is on: potential deadlocks.",
    },
    Route {
        endpoint: Endpoint::Coverage,
        path: "/api/v1/coverage",
        methods: READ,
        params: NONE,
        open: false,
        doc: "What is seen, what is sampled at which rate, and what is not seen, by source line.",
    },
    Route {
        endpoint: Endpoint::Flamegraph,
        path: "/flamegraph",
        methods: READ,
        params: &[
            Param {
                name: "profile",
                allowed: Allowed::Words(&ProfileKind::WORDS),
                repeated: false,
                default: "cpu",
                doc: "What is counted.",
            },
            Param {
                name: "seconds",
                allowed: Allowed::Whole(1, 300),
                repeated: false,
                default: "10",
                doc: "How long. A client that goes away ends it.",
            },
            Param {
                name: "pool",
                allowed: Allowed::Text(64),
                repeated: false,
                default: "all",
                doc: "Only this pool.",
            },
            Param {
                name: "format",
                allowed: Allowed::Words(&ProfileFormat::WORDS),
                repeated: false,
                default: "svg",
                doc: "How it is rendered.",
            },
        ],
        open: false,
        doc: "A profile of the running process, taken now; a download. HEAD takes none.",
    },
    Route {
        endpoint: Endpoint::Trace,
        path: "/debug/trace",
        methods: READ,
        params: &[
            Param {
                name: "seconds",
                allowed: Allowed::Whole(1, 300),
                repeated: false,
                default: "5",
                doc: "How long. It ends before when there are too many events, or when the client goes away.",
            },
            Param {
                name: "finding",
                allowed: Allowed::Text(20),
                repeated: false,
                default: "a new one",
                doc: "The trace that was kept when this finding was made, by its id; none is taken.",
            },
            Param {
                name: "last",
                allowed: Allowed::Words(&["1"]),
                repeated: false,
                default: "a new one",
                doc: "The last trace that was kept for any finding; none is taken.",
            },
        ],
        open: false,
        doc: "Polls, wakes, waits, holds, hand-overs and messages of all threads, recorded now or when a finding was made, for ui.perfetto.dev; a download. HEAD takes none.",
    },
];

const FINDING_KINDS: [&str; FindingKind::ALL.len()] = {
    let mut words = [""; FindingKind::ALL.len()];
    let mut i = 0;
    while i < words.len() {
        words[i] = FindingKind::ALL[i].word();
        i += 1;
    }
    words
};

/// A route that was found, with the id in its path.
#[derive(Debug)]
pub(crate) struct Found<'p> {
    pub(crate) route: &'static Route,
    pub(crate) id: &'p str,
}

/// The route of a path; 404 names those that there are.
pub(crate) fn find(path: &str) -> Result<Found<'_>, Reply> {
    for route in ROUTES {
        if let Some(id) = id_of(route.path, path) {
            return Ok(Found { route, id });
        }
    }
    let shown: String = path.chars().take(100).collect();
    let paths: Vec<&str> = ROUTES.iter().map(|r| r.path).collect();
    Err(Reply::not_found(&format!("there is no {shown:?}; there is {}", paths.join(", "))))
}

impl Route {
    /// 405 if it does not take the method.
    pub(crate) fn check_method(&self, method: &Method) -> Result<(), Reply> {
        if self.methods.contains(method) {
            return Ok(());
        }
        let allowed: Vec<&str> = self.methods.iter().map(Method::as_str).collect();
        let allowed = allowed.join(", ");
        let shown: String = method.as_str().chars().take(20).collect();
        let text = format!("{} does not take {shown}, only {allowed}", self.path);
        Err(Reply::error(StatusCode::METHOD_NOT_ALLOWED, &text).with(header::ALLOW, allowed))
    }
}

/// What stands for `ID` in `path` if it has the form of `pattern`; empty if the pattern has no `ID`.
fn id_of<'p>(pattern: &str, path: &'p str) -> Option<&'p str> {
    match pattern.strip_suffix("ID") {
        None => (pattern == path).then_some(""),
        Some(before) => path.strip_prefix(before).filter(|id| !id.is_empty() && !id.contains('/')),
    }
}
