//! The memory of the agent and of the process, from second to second.

use anyhow::{Context, ensure};
use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;
use taskscope::Agent;

/// The memory at one moment, in bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    /// Since the start.
    pub(crate) at: Duration,
    /// Everything that the agent holds but slots.
    pub(crate) tables: u64,
    /// The slots of what is alive.
    pub(crate) slots: u64,
    /// What the process has in memory; `None` where the system does not say.
    pub(crate) resident: Option<u64>,
}

/// All looks, in the order of time, and what the agent found meanwhile.
#[derive(Debug, Default)]
pub(crate) struct Gauge {
    pub(crate) looks: Vec<Look>,
    /// When each finding was seen first, and what it says, by its number.
    pub(crate) findings: BTreeMap<u64, (Duration, String)>,
}

impl Gauge {
    /// Looks once.
    pub(crate) fn look(&mut self, at: Duration, agent: &Agent) {
        let stats = agent.snapshot().agent;
        let look = Look { at, tables: stats.memory, slots: stats.slot_memory, resident: resident() };
        self.looks.push(look);
        for record in agent.findings() {
            let said = || format!("{}: {}", record.finding.kind.word(), record.finding.summary);
            self.findings.entry(record.id).or_insert_with(|| (at, said()));
        }
    }

    /// The looks at the beginning, at the end of the first third, and at the end.
    pub(crate) fn marks(&self) -> Option<[Look; 3]> {
        let last = *self.looks.last()?;
        let third = self.looks.iter().find(|look| look.at >= last.at / 3)?;
        Some([*self.looks.first()?, *third, last])
    }

    /// The look after the first third at which the agent held most, and how much more that is than it held then.
    pub(crate) fn growth(&self) -> Option<(Look, u64)> {
        let [_, third, _] = self.marks()?;
        let late = self.looks.iter().filter(|look| look.at >= third.at);
        let most = *late.max_by_key(|look| look.tables + look.slots)?;
        Some((most, (most.tables + most.slots).saturating_sub(third.tables + third.slots)))
    }
}

/// What the process has in memory, as the kernel says.
fn resident() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes * 1024)
}

/// Reads the metrics once, as a scraper does.
pub(crate) fn scrape(addr: SocketAddr) -> anyhow::Result<()> {
    let mut stream = TcpStream::connect(addr).context("the agent does not listen")?;
    write!(stream, "GET /metrics HTTP/1.1\r\nHost: {addr}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    ensure!(answer.starts_with("HTTP/1.1 200"), "no metrics: {}", answer.lines().next().unwrap_or_default());
    Ok(())
}
