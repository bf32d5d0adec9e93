//! Workers with a queue each: clients send requests and get the answers, if they do not give up.

pub(crate) use inside::round;

#[taskscope::instrument_pool(name = "workers")]
mod inside {
    use crate::book::{Book, What};
    use taskscope::snapshot::ResourceKind::{Mpsc, Oneshot};
    use tokio::sync::{mpsc, oneshot};

    const WORKERS: u64 = 3;
    const CLIENTS: u64 = 4;
    const REQUESTS: u64 = 25;

    struct Request {
        number: u64,
        answer: oneshot::Sender<u64>,
    }

    /// Requests received, and answers that somebody could still get.
    async fn serve(mut requests: mpsc::Receiver<Request>) -> (u64, u64) {
        let (mut received, mut answered) = (0, 0);
        while let Some(request) = requests.recv().await {
            received += 1;
            answered += u64::from(request.answer.send(request.number + 1).is_ok());
        }
        (received, answered)
    }

    /// Requests sent, and answers received.
    async fn ask(requests: mpsc::Sender<Request>) -> (u64, u64) {
        let (mut sent, mut received) = (0, 0);
        for number in 0..REQUESTS {
            let (answer, answered) = oneshot::channel();
            sent += u64::from(requests.send(Request { number, answer }).await.is_ok());
            if number % 7 == 3 {
                // It gives up: the worker may be answering at this moment, or has done so.
                drop(answered);
                continue;
            }
            received += u64::from(answered.await.is_ok());
        }
        (sent, received)
    }

    pub(crate) async fn round(book: &Book) {
        let (mut workers, mut clients) = (Vec::new(), Vec::new());
        for _ in 0..WORKERS {
            let (requests, queue) = mpsc::channel(4);
            workers.push(tokio::spawn(serve(queue)));
            for _ in 0..CLIENTS {
                clients.push(tokio::spawn(ask(requests.clone())));
            }
        }
        let (mut sent, mut received, mut answers_sent, mut answers_received) = (0, 0, 0, 0);
        let mut completed = 0;
        for client in clients {
            let Ok((requests, answers)) = client.await else { continue };
            (sent, answers_received, completed) =
                (sent + requests, answers_received + answers, completed + 1);
        }
        for worker in workers {
            let Ok((requests, answers)) = worker.await else { continue };
            (received, answers_sent, completed) =
                (received + requests, answers_sent + answers, completed + 1);
        }
        book.add(
            "workers",
            &[
                (What::Spawned, WORKERS * (1 + CLIENTS)),
                (What::Completed, completed),
                (What::Panicked, 0),
                (What::Cancelled, 0),
                (What::Created(Mpsc), WORKERS),
                (What::Sent(Mpsc), sent),
                (What::Received(Mpsc), received),
                (What::Created(Oneshot), WORKERS * CLIENTS * REQUESTS),
                (What::Sent(Oneshot), answers_sent),
                (What::Received(Oneshot), answers_received),
            ],
        );
    }
}
