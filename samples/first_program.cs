#:project ../src/Braid/Braid.csproj

string[] texts = ["to be or not to be", "that is the question", "whether it is nobler in the mind"];
var counts = new Dictionary<string, int>();
var mutex = new Threading.Lock();

void Count(string text)
{
    foreach (string word in text.Split(' '))
    {
        using (mutex.EnterScope())
        {
            counts[word] = counts.GetValueOrDefault(word) + 1;
        }
    }
}

var threads = new List<Threading.Thread>();
foreach (string text in texts)
{
    var thread = new Threading.Thread(() => Count(text));
    thread.Start();
    threads.Add(thread);
}

foreach (var thread in threads)
{
    thread.Join();
}

foreach (var (word, n) in counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Take(5))
{
    Console.WriteLine($"{word}: {n}");
}
