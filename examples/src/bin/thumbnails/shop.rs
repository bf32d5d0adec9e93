//! The pool: workers make thumbnails of the images that come in.

#[taskscope::instrument_pool]
mod thumbnails {
    use crate::args::{Args, Fault};
    use crate::catalogue::{Catalogue, Entry};
    use crate::faults::{futurelock, jam, leak, slow, stall};
    use crate::intake::{self, Job, Pace};
    use crate::picture;
    use crate::progress::Progress;
    use crate::tally::{self, Outcome, Summary};
    use anyhow::Context;
    use std::path::{Path, PathBuf};
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::sync::{Mutex, Semaphore, mpsc, watch};
    use tokio::task::{JoinError, JoinSet};
    use tokio::time::{Instant, timeout};

    /// After Ctrl-C, the queue may take as long as it needs, if this is enough for one image.
    const PATIENCE: Duration = Duration::from_secs(5);

    /// What all workers share.
    struct Shop {
        size: u32,
        output: PathBuf,
        jobs: Mutex<mpsc::Receiver<Job>>,
        open_files: Semaphore,
        catalogue: Arc<Catalogue>,
        recording: Recording,
    }

    /// How a finished thumbnail gets into the catalogue.
    enum Recording {
        Plain,
        Leak(leak::Announcer),
        Slow(slow::Journal),
        Stall,
        Jam(jam::Chronicle),
        Futurelock,
    }

    /// Works until all rounds are done or somebody interrupts it.
    pub(crate) async fn run(args: &Args, images: Vec<PathBuf>) -> anyhow::Result<Summary> {
        let output = args.data.join("small");
        tokio::fs::create_dir_all(&output)
            .await
            .with_context(|| format!("cannot make the folder {}", output.display()))?;
        let table = output.join("catalogue.tsv");
        let catalogue = Arc::new(Catalogue::new());
        let save = async || {
            let saved = catalogue.save(&table).await;
            saved.with_context(|| {
                format!("cannot write {}; choose another folder with --data DIR", table.display())
            })
        };
        // If nothing can be written, this is the time to say so.
        save().await?;
        let recording = match args.fault {
            None => Recording::Plain,
            Some(Fault::Leak) => Recording::Leak(leak::Announcer::start()),
            Some(Fault::Slow) => Recording::Slow(slow::Journal::new(&output)),
            Some(Fault::Stall) => {
                stall::save_regularly(Arc::clone(&catalogue), table.clone());
                Recording::Stall
            }
            Some(Fault::Jam) => {
                let path = output.join("chronicle.txt");
                Recording::Jam(jam::Chronicle::start(Arc::clone(&catalogue), path))
            }
            Some(Fault::Futurelock) => {
                futurelock::audit_regularly(Arc::clone(&catalogue));
                Recording::Futurelock
            }
        };
        let pace = if args.fault == Some(Fault::Slow) { Pace::Flood } else { Pace::Albums };

        let started = Instant::now();
        let rounds = args.rounds.map(u64::from);
        let progress = Progress::new("thumbnails", rounds.map(|rounds| rounds * images.len() as u64));
        let progress = Arc::new(progress);
        let (stop, stopped) = watch::channel(false);
        let (queue, jobs) = mpsc::channel(usize::from(args.queue));
        let (results, outcomes) = mpsc::channel(usize::from(args.queue));
        let shop = Arc::new(Shop {
            size: args.size,
            output,
            jobs: Mutex::new(jobs),
            open_files: Semaphore::new(usize::from(args.open_files)),
            catalogue: Arc::clone(&catalogue),
            recording,
        });
        let summary = tokio::spawn(tally::count(outcomes, images.len(), Arc::clone(&progress)));
        let mut tasks = JoinSet::new();
        tasks.spawn(intake::feed(images, rounds, pace, queue, stopped));
        for _ in 0..args.workers {
            tasks.spawn(work(Arc::clone(&shop), results.clone()));
        }
        drop(results);

        tokio::select! {
            ended = all(&mut tasks) => ended?,
            () = interrupted() => {
                progress.line("stopping when the queue is empty; Ctrl-C again to give up");
                stop.send_replace(true);
                tokio::select! {
                    ended = drained(&mut tasks, &progress) => ended?,
                    () = interrupted() => {}
                }
            }
        }
        let stuck = tasks.len();
        tasks.shutdown().await;
        let summary = Summary { stuck, elapsed: started.elapsed(), ..summary.await? };
        if stuck == 0 {
            save().await?;
        }
        Ok(summary)
    }

    /// Waits for all tasks.
    async fn all(tasks: &mut JoinSet<()>) -> Result<(), JoinError> {
        while let Some(ended) = tasks.join_next().await {
            ended?;
        }
        Ok(())
    }

    /// Waits for all tasks as long as images are finished.
    async fn drained(tasks: &mut JoinSet<()>, progress: &Progress) -> Result<(), JoinError> {
        loop {
            let finished = progress.finished();
            match timeout(PATIENCE, all(tasks)).await {
                Ok(ended) => return ended,
                Err(_) if progress.finished() == finished => return Ok(()),
                Err(_) => {}
            }
        }
    }

    /// Makes thumbnails until there are no more images.
    async fn work(shop: Arc<Shop>, results: mpsc::Sender<Outcome>) {
        loop {
            let next = shop.jobs.lock().await.recv().await;
            let Some(job) = next else { break };
            let outcome = match shop.make(&job.image).await {
                Ok(entry) => {
                    shop.record(entry.clone()).await;
                    Outcome::Made(entry)
                }
                Err(error) => Outcome::Failed(job.image.clone(), error),
            };
            if results.send(outcome).await.is_err() {
                break;
            }
        }
    }

    impl Shop {
        /// Makes and writes one thumbnail.
        async fn make(&self, image: &Path) -> anyhow::Result<Entry> {
            let file = {
                let _permit = self.open_files.acquire().await?;
                tokio::fs::read(image).await?
            };
            let (read, size) = (file.len() as u64, self.size);
            let thumbnail = tokio::task::spawn_blocking(move || picture::thumbnail(&file, size)).await??;
            let name = image.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let path = self.output.join(&name).with_extension("jpg");
            {
                let _permit = self.open_files.acquire().await?;
                let write = tokio::fs::write(&path, &thumbnail.jpeg).await;
                write.with_context(|| format!("cannot write {}", path.display()))?;
            }
            Ok(Entry { name, size: thumbnail.size, read, written: thumbnail.jpeg.len() as u64 })
        }

        /// Adds a thumbnail to the catalogue.
        async fn record(&self, entry: Entry) {
            match &self.recording {
                Recording::Plain => self.catalogue.record(entry).await,
                Recording::Leak(announcer) => {
                    announcer.announce(&entry).await;
                    self.catalogue.record(entry).await;
                }
                Recording::Slow(journal) => journal.record(&self.catalogue, entry).await,
                Recording::Stall => stall::record(&self.catalogue, entry).await,
                Recording::Jam(chronicle) => chronicle.record(&self.catalogue, entry).await,
                Recording::Futurelock => futurelock::record(&self.catalogue, entry).await,
            }
        }
    }

    /// Waits until somebody wants the program to end.
    async fn interrupted() {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            if let Ok(mut terminate) = signal(SignalKind::terminate()) {
                tokio::select! {
                    _ = tokio::signal::ctrl_c() => {}
                    _ = terminate.recv() => {}
                }
                return;
            }
        }
        let _ = tokio::signal::ctrl_c().await;
    }
}

pub(crate) use thumbnails::run;
