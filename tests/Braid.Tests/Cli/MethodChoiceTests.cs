using Braid.Cli;

namespace Braid.Tests;

/// <summary>Which methods are checked.</summary>
public sealed class MethodChoiceTests : TimedTest
{
    private static readonly ListedMethod s_main = new(1, "Program", "Main", null, IsMarked: false, IsEntryPoint: true);
    private static readonly ListedMethod s_deposit = new(2, "Shop.Bank", "Deposit", null, IsMarked: false, IsEntryPoint: false);
    private static readonly ListedMethod s_otherDeposit = new(3, "Shop.OldBank", "Deposit", null, IsMarked: false, IsEntryPoint: false);
    private static readonly ListedMethod s_marked = new(4, "Shop.Bank", "Marked", null, IsMarked: true, IsEntryPoint: false);
    private static readonly ListedMethod s_withArguments = new(5, "Shop.Bank", "Withdraw", "takes arguments", IsMarked: false, IsEntryPoint: false);

    [Fact]
    public void Without_a_name_what_is_marked_is_checked() =>
        Assert.Equal([s_marked], Choose([s_main, s_deposit, s_marked]));

    [Fact]
    public void Without_a_mark_the_program_is_checked() =>
        Assert.Equal([s_main], Choose([s_deposit, s_main]));

    [Theory]
    [InlineData("Bank.Deposit")]
    [InlineData("Shop.Bank.Deposit")]
    [InlineData("Shop.Bank.Deposit()")]
    [InlineData("Shop+Bank.Deposit")]
    public void A_name_may_be_as_long_as_is_needed_to_tell_it_from_others(string name) =>
        Assert.Equal([s_deposit], Choose([s_main, s_deposit, s_otherDeposit, s_marked], name));

    [Fact]
    public void A_name_that_is_complete_is_not_taken_for_the_end_of_another()
    {
        ListedMethod inner = s_deposit with { Token = 9, Type = "Old.Shop.Bank" };
        Assert.Equal([s_deposit], Choose([inner, s_deposit], "Shop.Bank.Deposit"));
    }

    [Fact]
    public void An_overload_that_cannot_be_checked_does_not_stand_in_the_way()
    {
        ListedMethod overload = s_deposit with { Token = 9, Flaw = "takes arguments" };
        Assert.Equal([s_deposit], Choose([overload, s_deposit], "Deposit"));
    }

    [Fact]
    public void Main_is_the_entry_point_also_when_it_awaits_another() =>
        Assert.Equal([s_main], Choose([s_main with { Token = 9, IsEntryPoint = false }, s_main], "Main"));

    [Fact]
    public void Several_names_are_checked_in_their_order_and_each_once() =>
        Assert.Equal([s_marked, s_deposit], Choose([s_deposit, s_marked], "Marked", "Deposit", "Bank.Marked"));

    [Theory]
    [InlineData("*Deposit")]
    [InlineData("Bank.Dep*")]
    [InlineData("Shop.?ank.*")]
    [InlineData("?hop.Bank.Deposit()")]
    public void A_pattern_means_all_that_can_be_checked_and_that_it_matches(string pattern)
    {
        ListedMethod[] expected = pattern.StartsWith('*') ? [s_deposit, s_otherDeposit] : pattern.EndsWith(".*", StringComparison.Ordinal) ? [s_deposit, s_marked] : [s_deposit];
        Assert.Equal(expected, Choose([s_main, s_deposit, s_otherDeposit, s_marked, s_withArguments], pattern));
    }

    [Fact]
    public void A_pattern_without_a_dot_is_for_the_name_alone() =>
        Assert.StartsWith("app.dll has no method that can be checked and that Bank* matches.", Refusal([s_main, s_deposit, s_marked], "Bank*"), StringComparison.Ordinal);

    [Fact]
    public void A_pattern_that_only_matches_what_cannot_be_checked_matches_nothing() =>
        Assert.StartsWith("app.dll has no method that can be checked and that With* matches.", Refusal([s_deposit, s_withArguments], "With*"), StringComparison.Ordinal);

    [Fact]
    public void Of_several_files_each_knows_its_own_names() =>
        Assert.Equal(["Deposit", "Mark*"], MethodChoice.NamesIn([s_main, s_deposit, s_marked], ["Deposit", "Mark*", "Other", "Other*"]));

    [Fact]
    public void Of_a_name_that_several_have_all_are_listed()
    {
        string message = Refusal([s_deposit, s_otherDeposit, s_marked], "Deposit");
        Assert.Contains("Deposit is the name of 2 methods", message, StringComparison.Ordinal);
        Assert.Contains("Shop.Bank.Deposit", message, StringComparison.Ordinal);
        Assert.Contains("Shop.OldBank.Deposit", message, StringComparison.Ordinal);
        Assert.DoesNotContain("Marked", message, StringComparison.Ordinal);
    }

    [Fact]
    public void For_an_unknown_name_the_similar_ones_are_listed()
    {
        string message = Refusal([s_deposit, s_marked], "deposit");
        Assert.Contains("app.dll has no method deposit", message, StringComparison.Ordinal);
        Assert.Contains("Shop.Bank.Deposit", message, StringComparison.Ordinal);
        Assert.DoesNotContain("Marked", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_many_methods_the_first_ten_are_listed()
    {
        ListedMethod[] methods = [.. Enumerable.Range(0, 25).Select(number => s_deposit with { Token = number, Name = $"Deposit{number}" })];
        string message = Refusal(methods, "Nothing");
        Assert.Contains("Deposit9", message, StringComparison.Ordinal);
        Assert.DoesNotContain("Deposit10", message, StringComparison.Ordinal);
        Assert.EndsWith("and 15 more", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_method_that_cannot_be_checked_says_why() =>
        Assert.StartsWith("Shop.Bank.Withdraw cannot be checked: it takes arguments.", Refusal([s_deposit, s_withArguments], "Withdraw"), StringComparison.Ordinal);

    [Fact]
    public void A_mark_on_a_method_that_cannot_be_checked_is_no_silent_one() =>
        Assert.StartsWith("Shop.Bank.Withdraw cannot be checked", Refusal([s_marked, s_withArguments with { IsMarked = true }]), StringComparison.Ordinal);

    [Fact]
    public void A_library_without_marks_says_what_could_be_named() =>
        Assert.Contains("Shop.Bank.Deposit", Refusal([s_deposit]), StringComparison.Ordinal);

    private static IReadOnlyList<ListedMethod> Choose(ListedMethod[] methods, params string[] names) => MethodChoice.Of("app.dll", methods, names);

    private static string Refusal(ListedMethod[] methods, params string[] names) =>
        Assert.Throws<InputMistakeException>(() => Choose(methods, names)).Message;
}
