using Braid.Cli;

namespace Braid.Tests;

/// <summary>What an assembly's metadata says about its methods.</summary>
public sealed class MethodListTests : TimedTest
{
    private const string Targets = "Braid.Tests.CheckTargets";

    private static readonly IReadOnlyList<ListedMethod> s_methods = MethodList.Of(typeof(MethodListTests).Assembly.Location);

    [Theory]
    [InlineData("Plain", null)]
    [InlineData("Nested.Once", null)]
    [InlineData("Takes", "takes arguments")]
    [InlineData("Generic", "is generic")]
    [InlineData("OfType.Inside", "is in a generic type")]
    [InlineData("Instance.OnObject", "is not static")]
    public void A_method_is_listed_with_what_keeps_it_from_being_checked(string name, string? flaw) =>
        Assert.Equal(flaw, Assert.Single(s_methods, method => method.FullName == $"{Targets}.{name}").Flaw);

    [Fact]
    public void A_local_function_has_the_name_its_author_gave_it() =>
        Assert.Null(Assert.Single(s_methods, static method => method.FullName == $"{Targets}.Inner").Flaw);

    [Fact]
    public void A_mark_is_found_by_its_name() =>
        Assert.Equal([$"{Targets}.Marked"], s_methods.Where(static method => method.IsMarked).Select(static method => method.FullName));

    [Fact]
    public void The_entry_point_is_called_Main_and_may_take_arguments()
    {
        ListedMethod main = Assert.Single(s_methods, static method => method.IsEntryPoint);
        Assert.Equal(("Main", null), (main.Name, main.Flaw));
    }

    [Fact]
    public void What_the_compiler_makes_is_not_listed()
    {
        Assert.DoesNotContain(s_methods, static method => method.Name.AsSpan().ContainsAny('<', '.'));
        Assert.DoesNotContain(s_methods, static method => method.FullName == $"{Targets}.get_Value");
    }

    [Fact]
    public void A_listed_method_can_be_loaded_from_its_file()
    {
        string file = typeof(MethodListTests).Assembly.Location;
        using var assembly = new CheckedAssembly(file);
        System.Reflection.MethodInfo found = assembly.Find(s_methods.Single(static method => method.FullName == $"{Targets}.Nested.Once"));
        Assert.Equal((nameof(CheckTargets.Nested.Once), file), (found.Name, found.Module.Assembly.Location));
        Assert.NotSame(typeof(MethodListTests).Assembly, found.Module.Assembly);
    }
}
