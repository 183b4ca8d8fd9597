using System.Reflection;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>Every kind of message, and all that may be added to one, is one that its receiver knows: a worker that sends another is ended.</summary>
public sealed class FrameKindTests : TimedTest
{
    private static readonly string[] s_toWorker = [nameof(FrameKind.Start), nameof(FrameKind.Task), nameof(FrameKind.Exit)];

    private static readonly string[] s_toParent =
    [
        nameof(FrameKind.Hello), nameof(FrameKind.Ready), nameof(FrameKind.Began), nameof(FrameKind.Result), nameof(FrameKind.Failure), nameof(FrameKind.Progress), nameof(FrameKind.Unsent),
    ];

    private static readonly string[] s_addedToWorker =
        [nameof(FrameKind.InSegment), nameof(FrameKind.IsChunk), nameof(FrameKind.IsTimed)];

    private static readonly string[] s_addedToParent =
    [
        nameof(FrameKind.InLargeRing), nameof(FrameKind.InItemsRing), nameof(FrameKind.CarriesSegments), nameof(FrameKind.RanOutOfMemory), nameof(FrameKind.IsFull), nameof(FrameKind.MayHavePrinted),
    ];

    private static Dictionary<string, int> Constants { get; } = typeof(FrameKind).GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)
        .Where(static field => field.IsLiteral && field.Name is not (nameof(FrameKind.KindMask) or nameof(FrameKind.OfResponses)))
        .ToDictionary(static field => field.Name, static field => (int)field.GetRawConstantValue()!);

    [Fact]
    public void Each_is_listed_here_by_who_sends_it() =>
        Assert.Equal(Constants.Keys.Order(), ((IEnumerable<string>)[.. s_toWorker, .. s_toParent, .. s_addedToWorker, .. s_addedToParent]).Order());

    [Fact]
    public void What_a_worker_may_send_is_what_the_parent_lets_pass()
    {
        Assert.Equal(FrameKind.OfResponses, s_addedToParent.Aggregate(FrameKind.KindMask, static (sum, name) => sum | Constants[name]));
        Assert.All(s_toParent, static name => Assert.InRange(Constants[name], FrameKind.Hello, FrameKind.Unsent));
        Assert.All(s_toWorker, static name => Assert.InRange(Constants[name], 1, FrameKind.Hello - 1));
    }

    [Fact]
    public void No_two_that_go_the_same_way_are_taken_for_each_other()
    {
        foreach (string[] way in (string[][])[s_toWorker, s_toParent, s_addedToWorker, s_addedToParent])
        {
            Assert.Equal(way.Length, way.Select(static name => Constants[name]).Distinct().Count());
        }

        Assert.All((string[])[.. s_addedToWorker, .. s_addedToParent], static name => Assert.True(int.IsPow2(Constants[name]) && (Constants[name] & FrameKind.KindMask) == 0, name));
    }
}
