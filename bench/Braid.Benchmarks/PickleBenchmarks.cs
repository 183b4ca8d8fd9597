using System.Runtime.InteropServices;
using Braid.Python;
using BenchmarkDotNet.Attributes;

namespace Braid.Benchmarks;

/// <summary>
/// 100 MB of double to a pickle and back, beside a copy into an array that is there already. CPython's side: versus/pickle_python.py.
/// </summary>
public class PickleArray
{
    private readonly double[] _numbers = [.. Enumerable.Range(0, 12_500_000).Select(static n => (double)n)];
    private readonly byte[] _copy = new byte[100_000_000];
    private readonly byte[] _pickle;

    public PickleArray() => _pickle = Pickle.Dumps(_numbers);

    [Benchmark(Baseline = true, Description = "copy")]
    public void Copy() => MemoryMarshal.AsBytes(_numbers.AsSpan()).CopyTo(_copy);

    [Benchmark(Description = "Pickle.Dumps")]
    public byte[] Dumps() => Pickle.Dumps(_numbers);

    [Benchmark(Description = "Pickle.Loads")]
    public object? Loads() => Pickle.Loads(_pickle);
}

/// <summary>A million ints in a list, to a pickle and back.</summary>
public class PickleList
{
    private readonly List<object?> _numbers = [.. Enumerable.Range(0, 1_000_000).Select(static n => (object)(long)n)];
    private readonly byte[] _pickle;

    public PickleList() => _pickle = Pickle.Dumps(_numbers);

    [Benchmark(Description = "Pickle.Dumps")]
    public byte[] Dumps() => Pickle.Dumps(_numbers);

    [Benchmark(Description = "Pickle.Loads")]
    public object? Loads() => Pickle.Loads(_pickle);
}

/// <summary>100,000 dictionaries of three entries, to a pickle and back.</summary>
public class PickleDictionaries
{
    private readonly List<object?> _rows =
    [
        .. Enumerable.Range(0, 100_000).Select(static n => new Dictionary<string, object> { ["id"] = n, ["name"] = $"n{n}", ["x"] = n * 0.5 }),
    ];

    private readonly byte[] _pickle;

    public PickleDictionaries() => _pickle = Pickle.Dumps(_rows);

    [Benchmark(Description = "Pickle.Dumps")]
    public byte[] Dumps() => Pickle.Dumps(_rows);

    [Benchmark(Description = "Pickle.Loads")]
    public object? Loads() => Pickle.Loads(_pickle);
}
