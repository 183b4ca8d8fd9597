using System.Reflection;
using System.Runtime.ExceptionServices;
using Braid.Checking.Engine;
using Braid.Checking.Hooks;

namespace Braid.Checking.Testing;

/// <summary>One run of a test, from the creation of its objects to their disposal, as its framework would do it.</summary>
/// <remarks>
/// Cleanup runs in the opposite order of setup, even if the test fails; the first exception counts. A run that the checker ends is left as
/// it is: no code of the program may run in it any more.
/// </remarks>
internal sealed class TestRun
{
    private const BindingFlags Own =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private readonly Stack<Action> _after = new();

    public static void Do(Action<TestRun> test)
    {
        var run = new TestRun();
        ExceptionDispatchInfo? thrown = Catch(() => test(run));
        while (run._after.TryPop(out Action? after))
        {
            ExceptionDispatchInfo? later = Catch(after);
            thrown ??= later;
        }

        thrown?.Throw();
    }

    /// <summary>
    /// Creates an object of a test, initializes it if it has an asynchronous lifetime, and has it disposed of at the end.
    /// </summary>
    public object Make(Type type, object?[] arguments)
    {
        ConstructorInfo constructor = ConstructorOf(type);
        object made = constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, arguments, null);
        if (made is IDisposable or IAsyncDisposable)
        {
            _after.Push(() => Dispose(made));
        }

        if (Array.Find(type.GetInterfaces(), static one => one.FullName == "Xunit.IAsyncLifetime") is { } lifetime)
        {
            if (lifetime.GetMethod("DisposeAsync") is { } dispose)
            {
                _after.Push(() => Call(dispose, made));
            }

            Call(lifetime.GetMethod("InitializeAsync")!, made);
        }

        return made;
    }

    /// <summary>Calls a method, and waits for what it returns.</summary>
    /// <returns>Its result, or that of its task.</returns>
    public static object? Call(MethodInfo method, object? target, params object?[] arguments)
    {
        object? returned = method.Invoke(method.IsStatic ? null : target, BindingFlags.DoNotWrapExceptions, null, arguments, null);
        if (TaskOf(returned) is not { } task)
        {
            return returned;
        }

        TaskHooks.AwaitBody(task);
        return task.GetType().GetProperty("Result")?.GetValue(task);
    }

    /// <summary>Calls the methods before the test, and later those after it, in the opposite order.</summary>
    public void Around(IEnumerable<Surrounding> surroundings, object? target, params object?[] arguments)
    {
        foreach ((MethodInfo method, bool isAfter) in surroundings)
        {
            object?[] taken = arguments[..Math.Min(arguments.Length, method.GetParameters().Length)];
            if (isAfter)
            {
                _after.Push(() => Call(method, target, taken));
            }
            else
            {
                Call(method, target, taken);
            }
        }
    }

    /// <summary>
    /// Finds the methods that a framework's attributes put around a test. Methods after the test are listed before those that precede it at
    /// the same level, so that they are called even if one of the latter fails.
    /// </summary>
    public static IReadOnlyList<Surrounding> Find(IEnumerable<Type> levels, string before, string after)
    {
        // An overridden method is found at two levels, and a call at either calls the override.
        HashSet<MethodInfo> met = [];
        return
        [
            .. levels.SelectMany(level =>
                Marked(level, after).Select(static method => new Surrounding(method, IsAfter: true))
                    .Concat(Marked(level, before).Select(static method => new Surrounding(method, IsAfter: false))))
                .Where(one => met.Add(one.Method.GetBaseDefinition())),
        ];
    }

    /// <summary>The methods of a class itself that have such an attribute.</summary>
    public static IEnumerable<MethodInfo> Marked(Type level, string name) => level.GetMethods(Own).Where(method => Marks.Has(method, name));

    /// <summary>A class and its base classes, base classes first.</summary>
    public static IEnumerable<Type> Line(Type type) =>
        type.BaseType is { } parent && parent != typeof(object) ? Line(parent).Append(type) : [type];

    /// <exception cref="TestRefusedException">The type does not have exactly one public constructor.</exception>
    public static ConstructorInfo ConstructorOf(Type type) =>
        type.GetConstructors() is [var only]
            ? only
            : throw new TestRefusedException($"cannot be given a {type.Name}, which does not have exactly one public constructor");

    /// <summary>Whether a method that returns this type can be awaited.</summary>
    public static bool IsAwaitable(Type type) =>
        typeof(Task).IsAssignableFrom(type) || type == typeof(ValueTask)
        || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>));

    private static ExceptionDispatchInfo? Catch(Action act)
    {
        try
        {
            act();
            return null;
        }
        catch (Exception e) when (e is not RunEndedException)
        {
            return ExceptionDispatchInfo.Capture(e);
        }
    }

    private static void Dispose(object made)
    {
        // An object with both is disposed of once.
        if (made is IAsyncDisposable later)
        {
            TaskHooks.AwaitBody(ValueTaskHooks.ToTask(later.DisposeAsync()));
        }
        else
        {
            ((IDisposable)made).Dispose();
        }
    }

    private static Task? TaskOf(object? returned) => returned switch
    {
        Task task => task,
        ValueTask task => ValueTaskHooks.ToTask(task),
        not null when IsAwaitable(returned.GetType()) => (Task)((Delegate)ValueTaskHooks.ToTask<int>).Method.GetGenericMethodDefinition()
            .MakeGenericMethod(returned.GetType().GetGenericArguments()).Invoke(null, [returned])!,
        _ => null,
    };
}
