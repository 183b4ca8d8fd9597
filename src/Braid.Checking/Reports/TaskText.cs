using Braid.Checking.Hooks;
using Braid.Checking.Memory;
using Braid.Checking.Rewriting;

namespace Braid.Checking.Reports;

/// <summary>The words for tasks.</summary>
internal static class TaskText
{
    /// <summary>"task of Bank.DepositAsync", "task made at bank.cs:12".</summary>
    public static string Of(TaskResource task) =>
        task.IsOfMethod ? $"task of {Sites.Get(task.MadeAt).Method}"
        : task.MadeAt != 0 ? $"task made at {SourceMap.Where(task.MadeAt)}"
        : $"task #{task.Id}";

    /// <summary>A task that was not made under control, by what its type tells of its maker.</summary>
    public static string Unknown(Task task)
    {
        Type type = task.GetType();
        foreach (Type argument in type.GetGenericArguments())
        {
            // The box of an async method has its state machine for an argument, and that the method's name.
            if (typeof(System.Runtime.CompilerServices.IAsyncStateMachine).IsAssignableFrom(argument) && argument.DeclaringType is { } owner)
            {
                string name = argument.Name.Split('<', '>') is [_, var method, ..] ? method : argument.Name;
                return $"a task of {owner}.{name}";
            }
        }

        return type == typeof(Task) || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Task<>)) ? "a task that was made out of its sight" : $"a task of .NET's own ({MethodNames.Plain(type.Name)})";
    }
}
