#:project ../../src/Braid/Braid.csproj

// What you learn: a queue between two threads. The producer waits while it is full, the consumer while it is empty; neither needs
// a lock of its own. An event tells the producer to stop, and the shutdown of the queue tells the consumer that no more will come.
var pipeline = new Queues.Queue<int>(maxsize: 10);
var stop = new Threading.Event();
int produced = 0;
int consumed = 0;
bool inOrder = true;

Console.WriteLine("main: opens the pipeline for a tenth of a second");
var producer = new Threading.Thread(Produce, name: "producer");
var consumer = new Threading.Thread(Consume, name: "consumer");
producer.Start();
consumer.Start();
Thread.Sleep(TimeSpan.FromSeconds(0.1));
stop.Set();

Threading.Thread.JoinAll(producer, consumer);
Console.WriteLine($"main: as many out as in? {produced == consumed}. In the same order? {inOrder}.");

void Produce()
{
    while (!stop.IsSet)
    {
        pipeline.Put(produced + 1);            // waits while ten messages are in the queue
        produced++;
    }

    pipeline.Shutdown();                       // what is in the queue can still be taken
    Console.WriteLine($"producer: put {produced} messages");
}

void Consume()
{
    foreach (int message in pipeline.GetConsumingEnumerable())
    {
        consumed++;
        inOrder &= message == consumed;
    }

    Console.WriteLine($"consumer: took {consumed} messages");
}
