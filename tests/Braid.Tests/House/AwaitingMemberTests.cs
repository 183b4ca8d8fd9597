using System.Reflection;
using System.Runtime.CompilerServices;
using Braid.Waiting;

namespace Braid.Tests.House;

/// <summary>What awaits inside the library awaits in the one way that needs no thread of .NET's pool.</summary>
public sealed class AwaitingMemberTests : TimedTest
{
    [Fact]
    public async Task Each_has_a_case_in_the_program_whose_pool_is_full()
    {
        using var program = new ChildProgram("awaiting-members-missing");     // a new member needs one in TestWorker's AwaitingMembers
        (_, string output, string error) = await program.End(Cancellation);
        Assert.Equal(("", ""), (output, error));
    }

    [Fact]
    public void Methods_that_give_value_tasks_are_built_by_our_own_builder() => Assert.Empty(
        AsyncMethods().Where(static method => !method.ReturnType.IsAssignableTo(typeof(Task)) && method.ReturnType != typeof(void))
            .Where(static method => method.GetCustomAttribute<AsyncMethodBuilderAttribute>()?.BuilderType is not { } builder
                || (builder != typeof(AwaitingMethodBuilder) && builder != typeof(AwaitingMethodBuilder<>)))
            .Select(Name));

    [Fact]
    public void Methods_that_give_tasks_and_async_iterators_come_back_to_their_callers_context() => Assert.Empty(
        AsyncMethods(evenIterators: true).Where(static method => method.GetCustomAttribute<AsyncMethodBuilderAttribute>() is null)
            .Where(static method => MachineOf(method)
                .GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)
                .Any(static field => field.FieldType.DeclaringType is { Name: var awaitable } && awaitable.StartsWith("Configured", StringComparison.Ordinal)))
            .Select(Name));

    private static IEnumerable<MethodInfo> AsyncMethods(bool evenIterators = false) => typeof(Threading.Lock).Assembly.GetTypes()
        .SelectMany(static type => type.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
        .Where(method => method.IsDefined(typeof(AsyncStateMachineAttribute)) || (evenIterators && method.IsDefined(typeof(AsyncIteratorStateMachineAttribute))));

    private static Type MachineOf(MethodInfo method) => method.GetCustomAttribute<StateMachineAttribute>()!.StateMachineType;

    private static string Name(MethodInfo method) => $"{method.DeclaringType}.{method.Name}";
}
