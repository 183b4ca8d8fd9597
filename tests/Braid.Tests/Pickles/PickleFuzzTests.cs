using System.Diagnostics;
using System.Globalization;

namespace Braid.Tests;

/// <summary>
/// Valid pickles, changed at random: each is read or refused. BRAID_FUZZ_SECONDS sets for how long, BRAID_FUZZ_SEED from where.
/// </summary>
public sealed class PickleFuzzTests() : TimedTest(TimeSpan.FromMinutes(30))
{
    [Fact]
    public void A_changed_pickle_is_read_or_refused_and_takes_no_more_than_it_may()
    {
        double seconds = double.Parse(Environment.GetEnvironmentVariable("BRAID_FUZZ_SECONDS") ?? "3", CultureInfo.InvariantCulture);
        int seed = int.Parse(Environment.GetEnvironmentVariable("BRAID_FUZZ_SEED") ?? "14", CultureInfo.InvariantCulture);
        var random = new Random(seed);
        byte[][] corpus = [.. PickleProbe.Seeds(), .. PickleBytesTests.Both().Select(static row => Convert.FromHexString(row.Data.Item2))];
        var watch = Stopwatch.StartNew();
        long inputs = 0;
        long read = 0;
        long mostAllocated = 0;
        TimeSpan longest = TimeSpan.Zero;
        while (watch.Elapsed.TotalSeconds < seconds)
        {
            byte[] data = Mutation.Of(corpus[random.Next(corpus.Length)], corpus, random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            TimeSpan began = watch.Elapsed;
            bool isRead = Try(data, seed, inputs);
            TimeSpan took = watch.Elapsed - began;
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (took > longest)
            {
                began = watch.Elapsed;                   // once more: the first time the machine may have been busy
                Try(data, seed, inputs);
                TimeSpan again = watch.Elapsed - began;
                took = again < took ? again : took;
                longest = took > longest ? took : longest;
            }

            mostAllocated = Math.Max(mostAllocated, allocated);
            inputs++;
            read += isRead ? 1 : 0;
        }

        Assert.True(read > 0 && read < inputs);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"seed {seed}: {inputs:n0} inputs, {read:n0} read, at most {mostAllocated:n0} bytes, " +
            $"longest {longest.TotalMilliseconds:n1} ms");
    }

    private static bool Try(byte[] data, int seed, long input)
    {
        try
        {
            return PickleProbe.Read(data);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"seed {seed}, input {input}: {Convert.ToHexString(data)}", e);
        }
    }
}
