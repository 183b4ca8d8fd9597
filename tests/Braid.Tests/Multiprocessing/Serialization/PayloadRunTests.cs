using System.Collections;
using Braid.Multiprocessing;
using static Braid.Tests.PayloadRoundTrip;

namespace Braid.Tests;

/// <summary>Boxed values among elements: several of one type in succession are written as a run, which nobody can tell afterwards.</summary>
public sealed class PayloadRunTests : TimedTest
{
    private const byte Run = (byte)ReferenceKind.Run;

    private static readonly object?[] s_values =
    [
        1, (byte)2, (sbyte)-3, (short)4, (ushort)5, 6u, 7L, 8ul, 9.5f, 10.5, 11.5m, 'x', true, DateTime.UnixEpoch, TimeSpan.FromSeconds(1),
        Guid.Empty, DayOfWeek.Friday, (1, "a"), "text", null, new int[] { 1 },
    ];

    public static TheoryData<int> Lengths() => [1, 2, 3, 4, 5, 100, 70_000];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void A_run_of_any_value_arrives_whole_between_others(int length)
    {
        foreach (object? value in s_values)
        {
            object?[] sent = ["before", .. Enumerable.Repeat(value, length), null, .. Enumerable.Repeat(value, length), 5, 6L];
            AssertSame(sent, Of(sent));
            AssertSame(sent, Of(new List<object?>(sent)));
        }
    }

    /// <summary>If each element looked for the end of its run, this would take minutes.</summary>
    [Fact]
    public void Values_that_form_no_runs_are_looked_at_once()
    {
        object?[] sent = [.. Enumerable.Repeat<object?>(Guid.Empty, 1_000_000)];
        AssertSame(sent, Of(sent));
    }

    [Fact]
    public void Runs_of_all_types_follow_each_other()
    {
        object?[] sent = [.. s_values.SelectMany(static value => Enumerable.Repeat(value, 6))];
        AssertSame(sent, Of(sent));
        AssertSame(sent, Of(new System.Collections.Generic.Queue<object?>(sent)));
        AssertSame(sent, Of(new ArrayList(sent)).Cast<object?>());
        AssertSame(sent, Of(new LinkedList<object?>(sent)));
    }

    [Fact]
    public void Elements_that_are_declared_as_an_interface_or_as_values_form_runs_too()
    {
        IComparable[] comparable = [.. Enumerable.Range(0, 50), .. Enumerable.Range(0, 50).Select(static n => (double)n), "text"];
        Assert.Equal(comparable, Of(comparable));
        ValueType[] values = [.. Enumerable.Range(0, 50)];
        Assert.Equal(values, Of(values));
        object[,] grid = { { 1, 2, 3 }, { 4, 5, "six" } };
        Assert.Equal(grid, Of(grid));
        Assert.Equal(50, Of(new HashSet<object>(values)).Count);
    }

    [Fact]
    public void An_object_that_is_referred_to_before_and_after_a_run_stays_one()
    {
        int[] shared = [7];
        object[] arrived = Of<object[]>([shared, 1, 2, 3, 4, 5, shared]);
        Assert.Same(arrived[0], arrived[^1]);
    }

    [Fact]
    public void A_run_takes_little_more_than_its_values()
    {
        int plain = Bytes(Enumerable.Range(0, 1000).ToList()).Length;
        Assert.InRange(Bytes(Enumerable.Range(0, 1000).Cast<object>().ToList()).Length, plain, plain + 10);
    }

    [Theory]
    [InlineData("no value has that kind", (byte)200, (byte)4)]
    [InlineData("texts form no runs", (byte)ReferenceKind.Plain + (byte)TypeCode.String, (byte)4)]
    [InlineData("none", (byte)ReferenceKind.Plain + (byte)TypeCode.Int32, (byte)0)]
    [InlineData("more than there are elements", (byte)ReferenceKind.Plain + (byte)TypeCode.Int32, (byte)6)]
    public void A_run_that_cannot_be_is_refused(string why, byte kind, byte count)
    {
        byte[] bytes = Bytes(new List<object> { 1, 2, 3, 4, 5 });
        int at = Array.LastIndexOf(bytes, Run, bytes.Length - (5 * sizeof(int)));
        Assert.Equal(5, bytes[at + 2]);
        (bytes[at + 1], bytes[at + 2]) = (kind, count);
        Assert.True(Record.Exception(() => Read<List<object>>(bytes)) is PayloadException, why);
    }

    [Fact]
    public void A_run_of_values_that_the_elements_cannot_be_is_refused()
    {
        byte[] bytes = Bytes(new List<IFormattable> { 1, 2, 3, 4, 5 });
        int at = Array.LastIndexOf(bytes, Run, bytes.Length - (5 * sizeof(int)));
        bytes[at + 1] = (byte)ReferenceKind.Plain + (byte)TypeCode.Boolean;   // no IFormattable
        Assert.Throws<PayloadException>(() => Read<List<IFormattable>>(bytes));
    }

    /// <summary>Looks for the first difference itself: <see cref="Assert"/> takes minutes for long lists of objects.</summary>
    private static void AssertSame(IEnumerable<object?> sent, IEnumerable<object?> arrived)
    {
        (List<object?> before, List<object?> after) = ([.. sent], [.. arrived]);
        Assert.Equal(before.Count, after.Count);
        int different = Enumerable.Range(0, before.Count).FirstOrDefault(at => !Same(before[at], after[at]), -1);
        Assert.True(different < 0, different < 0 ? null : $"element {different}: {before[different]} became {after[different]}");
    }

    private static bool Same(object? x, object? y) =>
        x is int[] a && y is int[] b ? a.SequenceEqual(b) : Equals(x, y) && x?.GetType() == y?.GetType();
}
