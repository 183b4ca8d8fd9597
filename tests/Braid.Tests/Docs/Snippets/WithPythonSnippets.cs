using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Braid.Python;

namespace Braid.Tests;

/// <summary>The blocks of docs/with-python.md.</summary>
internal static class WithPythonSnippets
{
    [Prints("hello", "olleh")]
    public static void ListenerAndClient()
    {
        #region a listener and a client
        byte[] key = RandomNumberGenerator.GetBytes(32);      // both sides need it: see below
        using var listener = new Multiprocessing.Listener(authKey: key);   // or ("localhost", 6000), or "/run/user/1000/jobs"

        var other = new Threading.Thread(() =>                // in another program, usually
        {
            using Multiprocessing.Connection client = Multiprocessing.Client.Connect(listener.Address, key);
            client.SendBytes("hello"u8);
            Console.WriteLine(System.Text.Encoding.UTF8.GetString(client.RecvBytes()));   // olleh
        });
        other.Start();

        using Multiprocessing.Connection connection = listener.Accept();
        byte[] message = connection.RecvBytes();
        Console.WriteLine(System.Text.Encoding.UTF8.GetString(message));                  // hello
        Array.Reverse(message);
        connection.SendBytes(message);
        other.Join();
        #endregion
    }

    public static string ObjectsForPython(Multiprocessing.Address address, byte[] key, ManagerServerOptions options)
    {
        #region objects for Python
        var jobs = new Queues.Queue<string>();
        using var server = new ManagerServer(address, key, options);
        server.Register("jobs", () => jobs);                          // every client gets this queue
        server.Register<IScorer>("Scorer", () => new Scorer());       // a new object for each call
        server.Start();                                               // serves in the background

        string job = jobs.Get();                                      // blocks until Python has put one
        #endregion
        jobs.Join();
        return job;
    }

    public static async Task<int> ObjectsOfPython(Multiprocessing.Address address, byte[] key, ManagerOptions options)
    {
        #region objects of Python
        using Manager manager = Manager.Connect(address, key, options);
        using var jobs = manager.Create<QueueProxy<string>>("jobs");  // of the proxies that are there, for Python's own types
        await jobs.PutAsync("spam");

        IStock stock = manager.Create<IStock>("stock");               // by an interface: Add is called as add
        int apples = stock.Add("apples", 3);

        using Proxy anything = manager.Create("stock");               // by name
        int more = anything.Call<int>("add", "apples", 2);
        #endregion
        return apples + more;
    }

    public static void PythonServer(Multiprocessing.Address address, byte[] key)
    {
        #region a server for Python 3.11
        var options = new Multiprocessing.ListenerOptions
        {
            AllowLegacyPeers = true,                           // Python up to 3.11 too
            HandshakeTimeout = TimeSpan.FromSeconds(5),        // the default is 10
            MaxMessageBytes = 10_000_000,                      // the default is 256 MiB
        };
        using var listener = new Multiprocessing.Listener(address, key, options);
        #endregion
    }

    #region an interface for Python
    public interface IScorer
    {
        int Count { get; }                     // Python: scorer.count()

        double Mean(double[] values);          // Python: scorer.mean([1.0, 2.0])
    }
    #endregion

    public interface IStock
    {
        int Add(string item, int count);
    }

    public sealed class Scorer : IScorer
    {
        public int Count { get; private set; }

        public double Mean(double[] values)
        {
            Count++;
            return values.Average();
        }
    }

    public static double ArrayInSharedMemory(Multiprocessing.Connection connection)
    {
        #region an array in shared memory
        using var block = new Multiprocessing.SharedMemory(create: true, size: 1_000_000 * sizeof(float));
        Span<float> numbers = MemoryMarshal.Cast<byte, float>(block.Buf);
        numbers.Fill(0.5f);

        connection.SendPickle((block.Name, numbers.Length));   // a few bytes
        double sum = connection.RecvPickle<double>();          // of numbers that Python has where they are
        #endregion
        return sum;
    }

    [Prints("olleh", "6")]
    public static void ServerAndClient()
    {
        byte[] key = RandomNumberGenerator.GetBytes(32);
        #region a server of a manager
        var jobs = new Queues.Queue<string>();

        using var server = new ManagerServer(authKey: key);               // or "/run/user/1000/jobs", or ("localhost", 6000)
        server.Register("jobs", () => jobs);                              // the same queue for every client
        server.Register<IWords>("Words", () => new Words());              // the members of IWords, and no others
        server.Start();
        #endregion
        #region a client of a manager
        using Manager manager = Manager.Connect(server.Address, key);
        using var queue = manager.Create<QueueProxy<string>>("jobs");
        queue.Put("hello");

        var words = manager.Create<IWords>("Words");                      // C# to C#: by the interface
        Console.WriteLine(words.Reverse(jobs.Get()));

        using Proxy any = manager.Create("Words");                        // or by the names that Python has
        Console.WriteLine(any.Call<int>("count_letters", "plenty"));
        #endregion
    }

    [Prints("[1, 2, 3]")]
    public static void TypesOfPython()
    {
        byte[] key = RandomNumberGenerator.GetBytes(32);
        using var server = new ManagerServer(authKey: key);
        server.Start();
        using Manager manager = Manager.Connect(server.Address, key);
        #region the types of a manager
        using ListProxy<int> numbers = manager.List([1, 2]);
        LockProxy mutex = manager.Lock();
        using (mutex.EnterScope())
        {
            numbers.Append(3);
        }

        Console.WriteLine(numbers);
        #endregion
    }

    #region an interface for clients
    public interface IWords
    {
        string Reverse(string word);             // Python: words.reverse('hello')

        int CountLetters(string word);           // Python: words.count_letters('hello')
    }
    #endregion

    private sealed class Words : IWords
    {
        public string Reverse(string word) => string.Concat(word.Reverse());

        public int CountLetters(string word) => word.Count(char.IsLetter);
    }
}
