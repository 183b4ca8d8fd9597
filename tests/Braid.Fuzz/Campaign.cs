using System.Diagnostics;
using Braid.Tests;

namespace Braid.Fuzz;

/// <summary>Runs a target on changed inputs for a time, and keeps those that were new.</summary>
internal sealed class Campaign(Target target, int seconds, int seed)
{
    private const int LongestInput = 8192;
    private const double Slow = 1000;                    // milliseconds, for one input

    private readonly Coverage _coverage = new();
    private readonly List<byte[]> _corpus = [];
    private readonly Random _random = new(seed);
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private long _inputs;
    private double _slowest;

    /// <returns>Whether nothing was found.</returns>
    public bool Run()
    {
        Console.WriteLine($"{target.Name}, seed {seed}, {seconds} s");
        byte[][] seeds = [.. target.Seeds()];
        bool isFine = seeds.All(Try);
        _corpus.AddRange(seeds.Except(_corpus));
        TimeSpan next = TimeSpan.FromSeconds(30);
        while (isFine && _watch.Elapsed.TotalSeconds < seconds)
        {
            byte[] data = Mutation.Of(_corpus[Choose()], _corpus, _random);
            isFine = data.Length > LongestInput || Try(data);
            if (_watch.Elapsed > next)
            {
                Report();
                next += TimeSpan.FromSeconds(30);
            }
        }

        Report();
        return isFine;
    }

    // Newer inputs more often: they are what has led on so far.
    private int Choose()
    {
        int among = _random.Next(2) == 0 ? _corpus.Count : Math.Min(100, _corpus.Count);
        return _corpus.Count - 1 - _random.Next(among);
    }

    private bool Try(byte[] data)
    {
        _coverage.Begin();
        TimeSpan began = _watch.Elapsed;
        try
        {
            target.Run(data);
            double took = (_watch.Elapsed - began).TotalMilliseconds;
            if (took > Slow)
            {
                began = _watch.Elapsed;                  // once more: the first time the machine may have been busy
                target.Run(data);
                took = (_watch.Elapsed - began).TotalMilliseconds;
            }

            _slowest = Math.Max(_slowest, took);
            if (took > Slow)
            {
                throw new InvalidOperationException($"It takes {took:n0} ms.");
            }
        }
        catch (Exception finding)
        {
            Console.WriteLine($"FOUND by input {_inputs:n0}: {Convert.ToHexString(data)}\n{finding}");
            return false;
        }

        _inputs++;
        if (_coverage.End())
        {
            _corpus.Add(data);
        }

        return true;
    }

    private void Report() => Console.WriteLine(
        $"{_watch.Elapsed.TotalSeconds,5:n0} s: {_inputs:n0} inputs, {_corpus.Count:n0} kept, {_coverage.SeenCount:n0} transitions, " +
        $"slowest {_slowest:n1} ms");
}
