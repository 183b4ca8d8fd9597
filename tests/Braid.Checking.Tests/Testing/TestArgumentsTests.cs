using System.Reflection;
using Braid.Checking.Testing;

namespace Braid.Checking.Tests;

/// <summary>How a row of data is converted to the arguments of its test method.</summary>
public sealed class TestArgumentsTests
{
    [Theory]
    [InlineData(nameof(Numbers), new object[] { 1, 2 }, new object[] { 1, 2L, 5 })]
    [InlineData(nameof(Numbers), new object[] { 1, 2, 3 }, new object[] { 1, 2L, 3 })]
    [InlineData(nameof(Many), new object[] { "a" }, new object[] { "a", new int[0] })]
    [InlineData(nameof(Many), new object[] { "a", 1, 2 }, new object[] { "a", new[] { 1, 2 } })]
    [InlineData(nameof(Many), new object[] { "a", new[] { 1, 2 } }, new object[] { "a", new[] { 1, 2 } })]
    [InlineData(
        nameof(Kinds),
        new object[] { 1, "2026-11-30", "00:01", null! },
        new object[] { DayOfWeek.Monday, "2026-11-30", "00:01:00", null! })]
    public void A_fitting_value_is_converted(string method, object?[] given, object?[] expected) => Assert.Equal(
        expected.Select(static value => value is Array array ? array : value),
        TestArguments.Fit(Of(method), given).Select(static value => value switch
        {
            DateOnly date => date.ToString("O"),
            DateTime time => time.ToString("yyyy-MM-dd"),
            TimeSpan span => span.ToString(),
            _ => value,
        }));

    [Theory]
    [InlineData(nameof(Numbers), new object[] { 1 }, "takes 3 arguments, and a row of its data has 1")]
    [InlineData(nameof(Numbers), new object[] { 1, 2, 3, 4 }, "takes 3 arguments, and a row of its data has 4")]
    [InlineData(nameof(Numbers), new object[] { null!, 2 }, "takes an argument of type Int32, and a row of its data has null")]
    [InlineData(nameof(Numbers), new object[] { "one", 2 }, "takes an argument of type Int32, and a row of its data has a value of")]
    [InlineData(nameof(Many), new object[] { "a", "b" }, "takes an argument of type Int32, and a row of its data has a value of type Str")]
    public void A_value_that_does_not_fit_is_refused_with_the_reason(string method, object?[] given, string reason) => Assert.StartsWith(
        reason, Assert.Throws<TestRefusedException>(() => TestArguments.Fit(Of(method), given)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_name_shows_arguments_without_calling_the_program() => Assert.Equal(
        """null, "a\nb", 'c', true, 1.5, Monday, typeof(String), [1, 2], Loud, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...""",
        TestArguments.Text(
            [null, "a\nb", 'c', true, 1.5, DayOfWeek.Monday, typeof(string), new[] { 1, 2 }, new Loud(), new string('a', 50)]));

    private static MethodInfo Of(string name) => typeof(TestArgumentsTests).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!;

    private static void Numbers(int one, long two, int three = 5) => _ = one + two + three;

    private static void Many(string text, params int[] numbers) => _ = text.Length + numbers.Length;

    private static void Kinds(DayOfWeek day, DateTime date, TimeSpan span, int? number) => _ = (day, date, span, number);

    private sealed class Loud
    {
        public override string ToString() => throw new InvalidOperationException("called");
    }
}
