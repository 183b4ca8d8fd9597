#:project ../../src/Braid/Braid.csproj

// Text flows through three stages over queues that hold four items at most. null ends a stage.
const int Counters = 2;
string[] text = ["a thread waits for a queue", "a queue waits for nobody", "who waits is told when to go on"];

var lines = new Queues.Queue<string?>(maxsize: 4);
var words = new Queues.Queue<string?>(maxsize: 4);
var lengths = new Queues.Queue<(string Word, int Length)?>(maxsize: 4);

void Read()
{
    foreach (string line in text)
    {
        lines.Put(line);             // blocks while the queue is full
    }

    lines.Put(null);
}

void Split()
{
    while (lines.Get() is { } line)
    {
        foreach (string word in line.Split(' '))
        {
            words.Put(word);
        }
    }

    for (int i = 0; i < Counters; i++)   // one sentinel for each thread of the next stage
    {
        words.Put(null);
    }
}

void Measure()
{
    while (words.Get() is { } word)
    {
        lengths.Put((word, word.Length));
    }

    lengths.Put(null);
}

var threads = new List<Threading.Thread> { new(Read), new(Split) };
threads.AddRange(Enumerable.Range(0, Counters).Select(_ => new Threading.Thread(Measure)));
foreach (var thread in threads)
{
    thread.Start();
}

var byLength = new SortedDictionary<int, SortedSet<string>>();
int ended = 0;
while (ended < Counters)
{
    if (lengths.Get() is not var (word, length))
    {
        ended++;
        continue;
    }

    byLength.TryAdd(length, []);
    byLength[length].Add(word);
}

foreach (var thread in threads)
{
    thread.Join();
}

foreach (var (length, found) in byLength)
{
    Console.WriteLine($"{length}: {string.Join(", ", found)}");
}
