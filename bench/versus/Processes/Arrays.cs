using System.Diagnostics;
using System.Runtime.InteropServices;
using Braid.Python;
using Versus;
using static Versus.Figures;

namespace Processes;

/// <summary>100 MB of float to numpy in a Python process and back, and what of it the codec, the socket and Python take.</summary>
internal static class Arrays
{
    private const int Count = 25_000_000;
    private const int Bytes = Count * sizeof(float);

    /// <returns>The rows; none where no Python has numpy.</returns>
    public static List<Row> All(int rounds)
    {
        if (new[] { "python3", "/usr/bin/python3" }.FirstOrDefault(HasNumpy) is not { } python)
        {
            Console.Error.WriteLine("There is no python3 with numpy: the rows of arrays are left out.");
            return [];
        }

        byte[] key = "a key for measurements"u8.ToArray();
        using var listener = new Multiprocessing.Listener(authKey: key, options: new() { AllowLegacyPeers = true });
        string script = Path.Combine(AppContext.BaseDirectory, "arrays_python.py");
        var start = new ProcessStartInfo(python, [script, listener.Address.Path!]) { RedirectStandardInput = true };
        using Process partner = Process.Start(start)!;
        partner.StandardInput.WriteLine(Convert.ToHexString(key));
        List<Row> rows;
        using (Multiprocessing.Connection connection = listener.Accept())
        {
            rows = Between(connection, rounds + 3);
            connection.SendPickle("end");
        }

        partner.WaitForExit();
        return rows;
    }

    private static List<Row> Between(Multiprocessing.Connection python, int rounds)
    {
        var array = new NDArray<float>([.. Enumerable.Range(0, Count).Select(static n => (float)n)]);
        byte[] target = new byte[Bytes];
        byte[] pickle = Pickle.Dumps(array);
        using var shared = new Multiprocessing.SharedMemory(create: true, size: Bytes);
        (Multiprocessing.Connection ours, Multiprocessing.Connection theirs) = Pair();
        var receiver = new Threading.Thread(() => ReceiveAll(theirs), daemon: true);
        receiver.Start();
        var rows = new List<Row>
        {
            Of("100 MB of float: memcpy", () => MemoryMarshal.AsBytes(array.Span).CopyTo(target)),
            Of("100 MB of float: Pickle.Dumps", () => Pickle.Dumps(array)),
            Of("100 MB of float: Pickle.Loads", () => Pickle.Loads(pickle)),
            Of("100 MB of bytes over a Unix socket, C# to C#", () => Send(ours, target)),
            Of("100 MB of bytes over a Unix socket, C# to Python", () => Ask(python, target)),
            Of("100 MB of float to numpy over a Unix socket", () => Ask(python, array), "100 MB array over a Unix socket, to CPython"),
            Of("100 MB of float from numpy over a Unix socket", () => TakeBack(python)),
            Of("100 MB of float to numpy in shared memory", () => Show(python, array, shared)),
        };
        ours.Dispose();
        receiver.Join();
        return rows;

        Row Of(string name, Action action, string peer = "")
        {
            action();
            return new Row(name, Median(rounds, () => Milliseconds(action)), "ms", peer);
        }
    }

    private static void Ask(Multiprocessing.Connection python, NDArray<float> array)
    {
        python.SendPickle("take an array");
        python.SendPickle(array);
        Check(python.RecvPickle<float>() == array.Span[^1]);
    }

    private static void Ask(Multiprocessing.Connection python, byte[] bytes)
    {
        python.SendPickle("take bytes");
        python.SendBytes(bytes);
        Check(python.RecvPickle<int>() == bytes.Length);
    }

    private static void Send(Multiprocessing.Connection ours, byte[] bytes)
    {
        ours.SendBytes(bytes);
        Check(ours.RecvBytes().Length == 1);
    }

    private static void TakeBack(Multiprocessing.Connection python)
    {
        python.SendPickle("give it back");
        Check(((NDArray<float>)python.RecvPickle()!).Span[^1] == Count - 1);
    }

    private static void Show(Multiprocessing.Connection python, NDArray<float> array, Multiprocessing.SharedMemory shared)
    {
        MemoryMarshal.AsBytes(array.Span).CopyTo(shared.Buf);
        python.SendPickle(("look at shared memory", shared.Name, Count));
        Check(python.RecvPickle<float>() == array.Span[^1]);
    }

    private static (Multiprocessing.Connection Ours, Multiprocessing.Connection Theirs) Pair()
    {
        byte[] key = "a key for measurements"u8.ToArray();
        using var listener = new Multiprocessing.Listener(authKey: key);
        Multiprocessing.Connection ours = Multiprocessing.Client.Connect(listener.Address, key);
        return (ours, listener.Accept());
    }

    private static void ReceiveAll(Multiprocessing.Connection connection)
    {
        byte[] buffer = new byte[Bytes];
        try
        {
            while (true)
            {
                connection.RecvBytesInto(buffer);
                connection.SendBytes([1]);
            }
        }
        catch (EndOfStreamException)
        {
            connection.Dispose();
        }
    }

    private static void Check(bool isRight)
    {
        if (!isRight)
        {
            throw new InvalidOperationException("What came is not what was sent.");
        }
    }

    private static double Milliseconds(Action action)
    {
        long started = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static bool HasNumpy(string python)
    {
        try
        {
            using var probe = Process.Start(new ProcessStartInfo(python, ["-c", "import numpy"]) { RedirectStandardError = true })!;
            probe.StandardError.ReadToEnd();
            probe.WaitForExit();
            return probe.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
