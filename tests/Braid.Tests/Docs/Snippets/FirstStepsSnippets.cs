using System.Text.RegularExpressions;
using Counts = System.Collections.Generic.Dictionary<string, int>;

namespace Braid.Tests;

/// <summary>The blocks of "Your first program" in docs/from-python.md.</summary>
internal static class FirstStepsSnippets
{
    [Prints("2 different words")]
    public static void WordsOfAFolder()
    {
        string folder = Directory.CreateTempSubdirectory("braid-docs-").FullName;
        File.WriteAllText(Path.Combine(folder, "a.txt"), "One two, two.");
        Console.WriteLine($"{WordsOf(folder).Count} different words");
        Directory.Delete(folder, recursive: true);

        #region words of a folder
        Dictionary<string, int> WordsOf(string folder)
        {
            var counts = new Dictionary<string, int>();
            foreach (string path in Directory.EnumerateFiles(folder, "*.txt", SearchOption.AllDirectories))
            {
                string text = File.ReadAllText(path).ToLowerInvariant();
                foreach (Match word in Regex.Matches(text, "[a-z]+"))
                {
                    counts[word.Value] = counts.GetValueOrDefault(word.Value) + 1;
                }
            }

            return counts;
        }
        #endregion
    }

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

    [Prints("4 words: 1 one, 3 two")]
    public static void TablesOfAllWorkers()
    {
        List<Counts> tables = [new Counts { ["one"] = 1, ["two"] = 1 }, new Counts { ["two"] = 2 }];
        #region tables become one
        var all = new Dictionary<string, int>();
        foreach (var table in tables)
        {
            foreach (var (word, n) in table)
            {
                all[word] = all.GetValueOrDefault(word) + n;
            }
        }
        #endregion
        Console.WriteLine($"{all.Values.Sum()} words: {all["one"]} one, {all["two"]} two");
    }
}
