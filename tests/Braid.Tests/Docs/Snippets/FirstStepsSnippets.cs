using System.Text.RegularExpressions;

namespace Braid.Tests;

/// <summary>The blocks of "Your first program" in docs/from-python.md.</summary>
internal static class FirstStepsSnippets
{
    [Prints("thread 0: zero", "thread 1: one", AnyOrder = true)]
    public static void ArgumentsOfAThread()
    {
        #region arguments of a thread
        string[] words = ["zero", "one"];
        void Show(int number, string word) => Console.WriteLine($"thread {number}: {word}");

        var threads = new List<Threading.Thread>();
        for (int i = 0; i < words.Length; i++)
        {
            int number = i;                      // the lambda keeps the variable, not its value: i would have gone on when the thread runs
            threads.Add(new Threading.Thread(() => Show(number, words[number])));
        }

        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        #endregion
    }

    [Prints("no number: many", "at the end, in any case")]
    public static void ExceptionOfACall()
    {
        #region exception of a call
        using var pool = new Futures.ThreadPoolExecutor();
        Futures.Future<int> future = pool.Submit(() => int.Parse("many"));
        try
        {
            Console.WriteLine(future.Result());          // throws what the call threw
        }
        catch (FormatException)                          // except ValueError:
        {
            Console.WriteLine("no number: many");
        }
        finally
        {
            Console.WriteLine("at the end, in any case");
        }
        #endregion
    }

    [Prints("two: 3", "one: 2")]
    public static void WordCount()
    {
        using var texts = new TextFolder("One two, two.", "One more: two!");
        string folder = texts.Path;

        #region word count
        Dictionary<string, int> WordsOf(string path)
        {
            var counts = new Dictionary<string, int>();
            foreach (Match word in Regex.Matches(File.ReadAllText(path).ToLowerInvariant(), "[a-z]+"))
            {
                counts[word.Value] = counts.GetValueOrDefault(word.Value) + 1;
            }

            return counts;
        }

        var all = new Dictionary<string, int>();
        using var pool = new Futures.ThreadPoolExecutor();           // or ProcessPoolExecutor: the rest stays as it is
        foreach (var counts in pool.Map(WordsOf, Directory.EnumerateFiles(folder, "*.txt", SearchOption.AllDirectories)))
        {
            foreach (var (word, n) in counts)
            {
                all[word] = all.GetValueOrDefault(word) + n;
            }
        }

        foreach (var (word, n) in all.OrderByDescending(pair => pair.Value).Take(2))
        {
            Console.WriteLine($"{word}: {n}");
        }
        #endregion
    }

    [Prints("6 words")]
    public static void WordCountWithAQueue()
    {
        using var texts = new TextFolder("One two, two.", "One more: two!");
        string folder = texts.Path;
        void CountWords(string path, Dictionary<string, int> counts) => counts[path] = Regex.Count(File.ReadAllText(path), "[A-Za-z]+");

        #region word count with a queue
        var paths = new Queues.Queue<string>(maxsize: 100);
        var tables = new List<Dictionary<string, int>>();
        var workers = new List<Threading.Thread>();
        for (int i = 0; i < Environment.ProcessorCount; i++)
        {
            var table = new Dictionary<string, int>();               // one for each thread, so no lock is needed
            var worker = new Threading.Thread(() =>
            {
                foreach (string path in paths.GetConsumingEnumerable())     // until the queue is shut down and empty
                {
                    CountWords(path, table);
                }
            });
            worker.Start();
            tables.Add(table);
            workers.Add(worker);
        }

        foreach (string path in Directory.EnumerateFiles(folder, "*.txt", SearchOption.AllDirectories))
        {
            paths.Put(path);
        }

        paths.Shutdown();
        workers.ForEach(worker => worker.Join());                    // now the tables are complete
        #endregion

        int words = tables.Sum(table => table.Values.Sum());
        Console.WriteLine($"{words} words");
    }
}
