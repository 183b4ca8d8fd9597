namespace Braid.Checking.Tests.Engine;

/// <summary>What a body may capture.</summary>
public sealed class CaptureTests
{
    [Fact]
    public void Captured_numbers_strings_and_core_types_are_copied_anew_for_each_run()
    {
        int number = 5;
        string text = "five";
        List<int> list = [1, 2];
        CheckReport report = Check.Explore(() =>
        {
            if (number++ != 5 || text != "five" || list.Count != 2)
            {
                throw new InvalidOperationException($"{number} {text} {list.Count}");
            }
        });
        Assert.Equal(Verdict.NothingChecked, report.Verdict);
    }

    [Fact]
    public void An_object_of_the_program_is_refused_by_name()
    {
        var account = new Account();
        var refusal = Assert.Throws<ArgumentException>(() => Check.Explore(() => account.Touch()));
        Assert.Contains("'account'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(Account), refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_body_that_uses_its_enclosing_object_is_refused_with_the_reason()
    {
        string message = Assert.Throws<ArgumentException>(() => Check.Explore(() => Touch())).Message;
        Assert.StartsWith(
            $"The body uses 'this', an object of {typeof(CaptureTests)}: it names an instance field, property or method",
            message,
            StringComparison.Ordinal);
        Assert.Contains(
            $"Make the object inside of the body (var it = new {nameof(CaptureTests)}(...)), make what the body names static, or copy " +
            "what it reads to a local variable",
            message,
            StringComparison.Ordinal);

        int local = 5;
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => Check.Explore(() => _touched = local)).Message);
    }

    [Fact]
    public void A_method_of_an_object_is_no_body()
    {
        string message = Assert.Throws<ArgumentException>(() => Check.Explore(new Account().Touch)).Message;
        Assert.StartsWith("The body is Account.Touch of one object of ", message, StringComparison.Ordinal);
        Assert.Contains("Pass a lambda that makes the object: () => new Account(...).Touch().", message, StringComparison.Ordinal);
    }

    private int _touched;

    private void Touch() => _touched++;

    [Fact]
    public void A_check_within_a_check_is_refused() =>
        Assert.Equal(Verdict.AssertionFailed, Check.Explore(() => Check.Explore(() => { })).Verdict);

    [Fact]
    public void Options_out_of_range_are_refused_by_name()
    {
        Assert.Equal(
            "options.Schedules",
            Assert.Throws<ArgumentOutOfRangeException>(() => Check.Explore(() => { }, new CheckOptions { Schedules = 0 })).ParamName);
        Assert.Equal(
            "options.Time",
            Assert.Throws<ArgumentOutOfRangeException>(
                () => Check.Explore(() => { }, new CheckOptions { Time = TimeSpan.Zero })).ParamName);
        Assert.Equal(
            "options.Preemptions",
            Assert.Throws<ArgumentOutOfRangeException>(() => Check.Explore(() => { }, new CheckOptions { Preemptions = -1 })).ParamName);
    }

    private sealed class Account
    {
        public void Touch()
        {
        }
    }
}
