//! `/api/v1/tasks` and `/api/v1/tasks/ID`.

use crate::http::api::fields::task_key;
use crate::http::api::list::Order;
use crate::http::dto::{TaskDto, TasksDto, View};
use crate::http::query::Query;
use crate::http::reply::{Answer, Reply};
use crate::id::TaskId;
use crate::snapshot::{Place, Snapshot, Task};

/// Entries of an answer that asks for no number.
const DEFAULT_LIMIT: usize = 100;

/// A page of live tasks.
pub(crate) fn tasks(snapshot: &Snapshot, query: &Query) -> Answer {
    let order = Order::of(query, DEFAULT_LIMIT)?;
    let filter = Filter::new(snapshot, query);
    let key = task_key(order.field());
    let tasks = &snapshot.tasks;
    let page = order.page(
        tasks.len(),
        |i| filter.keeps(&tasks[i]),
        |i| key(&tasks[i], snapshot),
        |i| u64::from(tasks[i].id.index()) << 32 | u64::from(tasks[i].id.generation()),
    );
    let shown: Vec<&Task> = page.rows.iter().map(|i| &tasks[*i]).collect();
    let view = View::of(snapshot, shown.iter().copied(), []);
    Ok(Reply::json(&TasksDto {
        tasks: shown.iter().map(|task| TaskDto::new(&view, task)).collect(),
        total: page.total,
        next: page.next,
    }))
}

/// One live task.
pub(crate) fn task(snapshot: &Snapshot, id: &str) -> Answer {
    let Ok(id) = id.parse::<TaskId>() else {
        return Err(Reply::not_found("there is no such task: ids of tasks look like t12.3"));
    };
    let Some(task) = snapshot.task(id) else {
        return Err(Reply::not_found(&format!("there is no live task {id}")));
    };
    Ok(Reply::json(&TaskDto::new(&View::of(snapshot, [task], []), task)))
}

/// What is asked of a task, decided as far as possible once for its group and once for each await site.
struct Filter<'q> {
    states: Vec<&'q str>,
    /// Groups of the right pool and kind.
    groups: Vec<bool>,
    text: Option<Text<'q>>,
}

struct Text<'q> {
    text: &'q str,
    groups: Vec<bool>,
    sites: Vec<bool>,
}

impl<'q> Filter<'q> {
    fn new(snapshot: &Snapshot, query: &'q Query) -> Filter<'q> {
        let pools: Vec<&str> = query.all("pool").collect();
        let kinds: Vec<&str> = query.all("kind").collect();
        let groups = snapshot.task_groups.iter();
        Filter {
            states: query.all("state").collect(),
            groups: groups
                .map(|g| allows(&pools, snapshot.pool_name(g.pool)) && allows(&kinds, g.kind.word()))
                .collect(),
            text: query.get("text").map(|text| Text {
                text,
                groups: snapshot.task_groups.iter().map(|g| has(text, &g.label, &g.place)).collect(),
                sites: snapshot.sites.iter().map(|s| has(text, s.label, &s.place)).collect(),
            }),
        }
    }

    fn keeps(&self, task: &Task) -> bool {
        let is = |flags: &[bool], i: usize| flags.get(i).copied().unwrap_or(false);
        is(&self.groups, task.group.index())
            && allows(&self.states, task.state.word())
            && self.text.as_ref().is_none_or(|text| {
                is(&text.groups, task.group.index())
                    || task.awaits.iter().any(|entry| is(&text.sites, entry.site.index()))
                    || task.inner.iter().any(|inner| is(&text.sites, inner.site.index()))
                    || task.id.to_string() == text.text
            })
    }
}

/// Whether a word is among those asked for, or none is.
pub(super) fn allows(asked: &[&str], word: &str) -> bool {
    asked.is_empty() || asked.contains(&word)
}

/// Whether a text stands in a label or a place, whatever its case.
pub(super) fn has(text: &str, label: &str, place: &Place) -> bool {
    let text = text.to_lowercase();
    label.to_lowercase().contains(&text) || place.to_string().to_lowercase().contains(&text)
}
