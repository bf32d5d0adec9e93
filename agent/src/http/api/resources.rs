//! `/api/v1/resources` and `/api/v1/resources/ID`.

use crate::http::api::fields::{ResourceKey, float, resource_key};
use crate::http::api::list::Order;
use crate::http::api::tasks::{allows, has};
use crate::http::api::usage::Usage;
use crate::http::dto::{self, QuantilesDto, ResourceDto, ResourcesDto, View};
use crate::http::query::Query;
use crate::http::reply::{Answer, Reply};
use crate::id::ResourceId;
use crate::snapshot::{Resource, Snapshot};

/// Entries of an answer that asks for no number.
const DEFAULT_LIMIT: usize = 100;

/// A page of live resources.
pub(crate) fn resources(snapshot: &Snapshot, query: &Query) -> Answer {
    let order = Order::of(query, DEFAULT_LIMIT)?;
    let resources = &snapshot.resources;
    let usage = Usage::of(snapshot);
    let groups = groups(snapshot, query);
    let states: Vec<&str> = query.all("state").collect();
    let text = query.get("text");
    let keep = |resource: &Resource| {
        let used = usage.get(resource.id);
        let group = groups.get(resource.group.index()).copied().unwrap_or_default();
        let in_text = || text.is_none_or(|text| group.text || resource.id.to_string() == text);
        group.kept
            && allows(&states, dto::state(resource, used.contending > 0, used.holders > 0))
            && in_text()
    };
    let key = keys(snapshot, resource_key(order.field()), &usage);
    let page = order.page(
        resources.len(),
        |i| keep(&resources[i]),
        |i| key(&resources[i]),
        |i| u64::from(resources[i].id.index()) << 32 | u64::from(resources[i].id.generation()),
    );
    let shown: Vec<&Resource> = page.rows.iter().map(|i| &resources[*i]).collect();
    let view = View::of(snapshot, [], shown.iter().copied());
    Ok(Reply::json(&ResourcesDto {
        resources: shown.iter().map(|resource| ResourceDto::new(&view, resource)).collect(),
        total: page.total,
        next: page.next,
    }))
}

/// One live resource.
pub(crate) fn resource(snapshot: &Snapshot, id: &str) -> Answer {
    let Ok(id) = id.parse::<ResourceId>() else {
        return Err(Reply::not_found("there is no such resource: ids of resources look like r5.1"));
    };
    let Some(resource) = snapshot.resource(id) else {
        return Err(Reply::not_found(&format!("there is no live resource {id}")));
    };
    Ok(Reply::json(&ResourceDto::new(&View::of(snapshot, [], [resource]), resource)))
}

/// What the filter says of a group.
#[derive(Clone, Copy, Default)]
struct Group {
    /// Of the right pool and kind.
    kept: bool,
    /// Holds the text.
    text: bool,
}

fn groups(snapshot: &Snapshot, query: &Query) -> Vec<Group> {
    let pools: Vec<&str> = query.all("pool").collect();
    let kinds: Vec<&str> = query.all("kind").collect();
    let text = query.get("text");
    let groups = snapshot.resource_groups.iter();
    groups
        .map(|g| Group {
            kept: allows(&pools, snapshot.pool_name(g.pool)) && allows(&kinds, g.kind.word()),
            text: text.is_some_and(|text| has(text, &g.name, &g.place)),
        })
        .collect()
}

type Key<'a> = Box<dyn Fn(&Resource) -> Option<u64> + 'a>;

/// The key of a resource; what stands in its group is computed once for each group.
fn keys<'a>(snapshot: &Snapshot, key: ResourceKey, usage: &'a Usage<'a>) -> Key<'a> {
    match key {
        ResourceKey::Own(key) => Box::new(move |resource| key(resource, usage)),
        ResourceKey::Group(of, number) => {
            let groups = snapshot.resource_groups.iter();
            let keys: Vec<Option<u64>> =
                groups.map(|g| float(QuantilesDto::of(of(g)).numbers()[number])).collect();
            Box::new(move |resource| keys.get(resource.group.index()).copied().flatten())
        }
    }
}
