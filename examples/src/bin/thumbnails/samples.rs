//! The images to work on: found in the folder, or drawn on the first run.

#[taskscope::instrument_pool(name = "samples")]
mod drawing {
    use crate::progress::{self, Progress};
    use crate::{picture, scene};
    use anyhow::Context;
    use image::ImageFormat;
    use std::path::{Path, PathBuf};
    use tokio::task::JoinSet;

    /// Sizes of the drawn images: some lie, some stand.
    const SIZES: [(u32, u32); 4] = [(1024, 768), (800, 1200), (1280, 853), (640, 480)];

    /// All images in the folder. It draws what is missing to `wanted` first.
    pub(crate) async fn prepare(data: &Path, wanted: u32) -> anyhow::Result<Vec<PathBuf>> {
        let folder = data.join("images");
        tokio::fs::create_dir_all(&folder).await.with_context(|| {
            format!("cannot make the folder {}; choose another one with --data DIR", folder.display())
        })?;
        let found = list(&folder).await?;
        if found.len() >= wanted as usize {
            return Ok(found);
        }
        let missing: Vec<Sample> = (0..wanted)
            .map(|number| Sample::new(&folder, number))
            .filter(|sample| !found.contains(&sample.path))
            .collect();
        progress::drawing(missing.len(), &folder);
        draw(missing).await?;
        list(&folder).await
    }

    /// The images in a folder, by name.
    async fn list(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
        let unreadable = || format!("cannot read the folder {}", folder.display());
        let mut entries = tokio::fs::read_dir(folder).await.with_context(unreadable)?;
        let mut images = Vec::new();
        while let Some(entry) = entries.next_entry().await.with_context(unreadable)? {
            let path = entry.path();
            if picture::is_image(&path) {
                images.push(path);
            }
        }
        images.sort();
        Ok(images)
    }

    /// An image that is to be drawn.
    struct Sample {
        number: u32,
        path: PathBuf,
    }

    impl Sample {
        fn new(folder: &Path, number: u32) -> Self {
            let ending = if number.is_multiple_of(5) { "png" } else { "jpg" };
            Self { number, path: folder.join(format!("landscape-{number:05}.{ending}")) }
        }

        /// Draws and writes it. It gets its name when it is complete: an interrupted run leaves no half an image.
        fn write(&self) -> anyhow::Result<()> {
            let format = ImageFormat::from_path(&self.path)?;
            let image = scene::draw(self.number, SIZES[self.number as usize % SIZES.len()]);
            let file = scene::encode(&image, format)?;
            let unfinished = self.path.with_extension("part");
            std::fs::write(&unfinished, file)
                .and_then(|()| std::fs::rename(&unfinished, &self.path))
                .with_context(|| {
                    format!("cannot write {}; choose another folder with --data DIR", self.path.display())
                })
        }
    }

    /// Draws on all cores.
    async fn draw(samples: Vec<Sample>) -> anyhow::Result<()> {
        let progress = Progress::new("images", Some(samples.len() as u64));
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let mut samples = samples.into_iter();
        let mut drawing = JoinSet::new();
        loop {
            while drawing.len() < cores
                && let Some(sample) = samples.next()
            {
                drawing.spawn_blocking(move || sample.write());
            }
            let Some(drawn) = drawing.join_next().await else { break };
            drawn??;
            progress.step("");
        }
        progress.end();
        Ok(())
    }
}

pub(crate) use drawing::prepare;
