#:project ../src/Braid/Braid.csproj
#:package Spectre.Console

// Counts the words of every text in a folder: on one thread, on N threads, on N threads under a global interpreter
// lock, and on N processes.
//   dotnet run samples/wordcount.cs                 the .NET SDK's own documentation, tens of megabytes of English
//   dotnet run samples/wordcount.cs -- FOLDER       any folder of texts
using System.Diagnostics;
using System.Runtime.InteropServices;
using Spectre.Console;
using Counts = System.Collections.Generic.Dictionary<string, int>;

const int Rounds = 5;
string folder = args.Length > 0 ? args[0] : SdkDocumentation();
if (!Directory.Exists(folder))
{
    Console.Error.WriteLine($"There is no folder {folder}.");
    return 1;
}

List<Text> texts = FindTexts(folder, pattern: args.Length > 0 ? "*" : "*.xml");
long megabytes = texts.Sum(text => text.Length) / 1_000_000;
if (texts.Count == 0)
{
    Console.Error.WriteLine($"There is no text to count in {folder}.");
    return 1;
}

int cores = Environment.ProcessorCount;
int threads = Math.Max(2, cores);
using var pool = new Futures.ProcessPoolExecutor(maxWorkers: threads);
var rows = new List<Row>
{
    new("one thread", progress => Count(texts, 1, gil: null, progress)),
    new($"{threads} threads", progress => Count(texts, threads, gil: null, progress)),
    new($"{threads} threads under the GIL", progress => Count(texts, threads, new Threading.GlobalInterpreterLock(), progress)),
    new($"{threads} processes", progress => CountInProcesses(texts, pool, threads, progress)),
};
Console.WriteLine($"Counting the words of {texts.Count} texts, {megabytes} MB, in {folder}, on {cores} processors");
AnsiConsole.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn()).Start(screen =>
{
    Count(texts, threads, gil: null, _ => { });   // warm up: the files are in memory and the code is compiled when the clock starts
    CountInProcesses(texts, pool, threads, _ => { });
    foreach (Row row in rows)
    {
        row.Bar = screen.AddTask(row.Name, maxValue: Rounds * (double)texts.Sum(text => text.Length));
    }

    for (int round = 0; round < Rounds; round++)   // in turn, so that a slow moment of the machine affects all alike
    {
        rows.ForEach(row => row.RunOnce());
    }
});

Counts words = rows[0].Words!;
bool agree = rows.All(row => row.Words!.Count == words.Count && row.Words.All(pair => words.GetValueOrDefault(pair.Key) == pair.Value));
var table = new Table().AddColumns("", $"seconds (best of {Rounds})", "speed-up", "words a second");
foreach (Row row in rows)
{
    table.AddRow(
        row.Name,
        $"{row.Seconds:f2}",
        $"{rows[0].Seconds / row.Seconds:f2}x",
        $"{words.Values.Sum(count => (long)count) / row.Seconds:n0}");
}

table.Columns.Skip(1).ToList().ForEach(column => column.RightAligned());
AnsiConsole.Write(table);
Console.WriteLine(agree ? "All rows agree." : "The rows DISAGREE.");
Console.WriteLine($"{words.Values.Sum(count => (long)count):n0} words, {words.Count:n0} different. The most frequent:");
Console.WriteLine(string.Join(
    ", ", words.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Take(10).Select(pair => $"{pair.Key} {pair.Value:n0}")));
return agree ? 0 : 1;

// Threads take texts from a queue until it is empty, each with a table of its own; at the end the tables become one.
static Counts Count(List<Text> texts, int threads, Threading.GlobalInterpreterLock? gil, Action<long> progress)
{
    var work = new Queues.Queue<Text>();
    texts.ForEach(text => work.Put(text));
    work.Shutdown();
    var tables = Enumerable.Range(0, threads).Select(_ => new Counts()).ToList();
    var workers = tables.Select(table => new Threading.Thread(() =>
    {
        gil?.Acquire();
        foreach (Text text in work.GetConsumingEnumerable())
        {
            CountText(text, table, gil);
            progress(text.Length);
        }

        gil?.Release();
    })).ToList();
    workers.ForEach(worker => worker.Start());
    Threading.Thread.JoinAll(workers);
    return Merge(tables);
}

// Processes do the same: they take texts from a queue that they share, each with a table of its own, which comes back as its result.
static Counts CountInProcesses(List<Text> texts, Futures.ProcessPoolExecutor pool, int processes, Action<long> progress)
{
    using var work = new Multiprocessing.Queue<Text>();
    texts.ForEach(text => work.Put(text));
    work.Shutdown();
    var reports = new Reports(progress);
    var calls = Enumerable.Range(0, processes).Select(_ => pool.Submit<long, Counts>(report => CountAll(work, report), reports)).ToList();
    return Merge([.. calls.Select(call => call.Result())]);
}

static Counts CountAll(Multiprocessing.Queue<Text> work, IProgress<long> progress)
{
    var table = new Counts();
    foreach (Text text in work.GetConsumingEnumerable())
    {
        CountText(text, table, gil: null);
        progress.Report(text.Length);
    }

    return table;
}

static Counts Merge(List<Counts> tables)
{
    Counts all = tables[0];
    foreach (Counts table in tables.Skip(1))
    {
        foreach ((string word, int count) in table)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(all, word, out _) += count;
        }
    }

    return all;
}

// A word is a run of letters outside markup, in lower case. Python releases the interpreter lock while it reads, and between bytecodes
// on request.
static void CountText(Text text, Counts table, Threading.GlobalInterpreterLock? gil)
{
    string content;
    if (gil is null)
    {
        content = File.ReadAllText(text.Path);
    }
    else
    {
        using (gil.Released())
        {
            content = File.ReadAllText(text.Path);
        }
    }

    var lookup = table.GetAlternateLookup<ReadOnlySpan<char>>();
    Span<char> word = stackalloc char[64];
    int length = 0;
    bool isMarkup = false;
    foreach (char letter in content)
    {
        isMarkup = text.HasMarkup && letter != '>' && (isMarkup || letter == '<');
        if (!isMarkup && char.IsLetter(letter) && length < word.Length)
        {
            word[length++] = char.ToLowerInvariant(letter);
        }
        else if (length > 0)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(lookup, word[..length], out _)++;
            length = 0;
            gil?.Checkpoint();
        }
    }

    if (length > 0)
    {
        CollectionsMarshal.GetValueRefOrAddDefault(lookup, word[..length], out _)++;
    }
}

// Every readable text, the largest first so that no thread is left with a big one at the end. Files that are not text are named and
// skipped.
static List<Text> FindTexts(string folder, string pattern)
{
    var texts = new List<Text>();
    var leftOut = new List<string>();
    try
    {
        var everywhere = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true };
        foreach (string path in Directory.EnumerateFiles(folder, pattern, everywhere))
        {
            try
            {
                byte[] bytes = File.ReadAllBytes(path);
                if (bytes.AsSpan(0, Math.Min(bytes.Length, 8192)).Contains((byte)0))
                {
                    leftOut.Add($"{path}: binary");
                }
                else
                {
                    texts.Add(new Text(path, bytes.Length));
                }
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                leftOut.Add($"{path}: {problem.Message}");
            }
        }
    }
    catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
    {
        leftOut.Add($"{folder}: {problem.Message}");
    }

    leftOut.Take(5).ToList().ForEach(line => Console.Error.WriteLine($"left out {line}"));
    if (leftOut.Count > 5)
    {
        Console.Error.WriteLine($"left out {leftOut.Count - 5} more");
    }

    return [.. texts.OrderByDescending(text => text.Length)];
}

// The reference packs beside the runtime hold the documentation of every public name of .NET.
static string SdkDocumentation()
{
    string runtime = RuntimeEnvironment.GetRuntimeDirectory();
    return Path.GetFullPath(Path.Combine(runtime, "..", "..", "..", "packs", "Microsoft.NETCore.App.Ref"));
}

internal sealed record Text(string Path, long Length)
{
    public bool HasMarkup { get; } = System.IO.Path.GetExtension(Path) is ".xml" or ".html";
}

internal sealed class Reports(Action<long> to) : IProgress<long>
{
    public void Report(long value) => to(value);
}

internal sealed class Row(string name, Func<Action<long>, Counts> count)
{
    private readonly List<double> _seconds = [];

    public string Name => name;

    public ProgressTask? Bar { get; set; }

    public Counts? Words { get; private set; }

    public double Seconds => _seconds.Min();   // the best: other programs on the machine only make it slower

    public void RunOnce()
    {
        long started = Stopwatch.GetTimestamp();
        Words = count(length => Bar!.Increment(length));
        _seconds.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
    }
}
