using Braid.Checking.Engine;
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

    /// <summary>
    /// Why a task is not complete: ", which awaits the task made at a.cs:3 since b.cs:4", and so on to the end of the chain; empty if that
    /// is not known.
    /// </summary>
    public static string Why(ControlledThread thread, TaskResource task)
    {
        string text = "";
        foreach (TaskResource next in Chain(thread, task))
        {
            text += next.Awaiting is { PostedTo: { } context } posted
                ? $", which was posted to {context.GetType().Name} after its await at {SourceMap.Where(posted.Site)} and has not been " +
                    "run there"
                : next.Awaiting is { Task: not null } awaiting
                    ? $", which awaits {Awaited(thread, awaiting)} at {SourceMap.Where(awaiting.Site)}"
                : next.Awaiting is { } other ? $", which continues after {SourceMap.Where(other.Site)}"
                : "";
        }

        return text;
    }

    /// <summary>The task in the chain whose continuation was posted to a context that does not run it; null if there is none.</summary>
    public static TaskResource? Posted(ControlledThread thread, TaskResource task) =>
        Chain(thread, task).FirstOrDefault(static next => next.Awaiting is { PostedTo: not null });

    private static string Awaited(ControlledThread thread, AwaitContinuation awaiting) =>
        TaskResource.Find(thread, awaiting.Task!) is { } known ? $"the {Of(known)}" : "a task";

    /// <summary>The task, and what each awaits.</summary>
    private static IEnumerable<TaskResource> Chain(ControlledThread thread, TaskResource first)
    {
        HashSet<TaskResource> seen = [];
        TaskResource? next = first;
        while (next is not null && seen.Add(next))
        {
            yield return next;
            Task? behind = next.Awaiting is { PostedTo: null } awaiting
                ? awaiting.Task
                : next.Sources.FirstOrDefault(static source => !source.IsCompleted);
            next = behind is null ? null : TaskResource.Find(thread, behind);
        }
    }

    /// <summary>Names a task that was not created under control, by what its type reveals.</summary>
    public static string Unknown(Task task)
    {
        Type type = task.GetType();
        foreach (Type argument in type.GetGenericArguments())
        {
            // The box of an async method has the state machine as a type argument, whose name contains that of the method.
            if (typeof(System.Runtime.CompilerServices.IAsyncStateMachine).IsAssignableFrom(argument)
                && argument.DeclaringType is { } owner)
            {
                string name = argument.Name.Split('<', '>') is [_, var method, ..] ? method : argument.Name;
                return $"a task of {owner}.{name}";
            }
        }

        return type == typeof(Task) || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Task<>))
            ? "a task created elsewhere"
            : $"a task of .NET's own ({MethodNames.Plain(type.Name)})";
    }
}
