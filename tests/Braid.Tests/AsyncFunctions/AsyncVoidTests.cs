using System.Linq.Expressions;
using System.Reflection;
using Braid.AsyncIO;
using Braid.Futures;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>No asynchronous lambda is taken for an action and forgotten at its first await: every parameter of the surface that one converts to is looked at.</summary>
[Collection(nameof(ProgramWide))]   // sets the hook for exceptions
public sealed class AsyncVoidTests : TimedTest
{
    /// <summary>The loop counts the async void methods that began in it, waits for them at its end, and reports what they throw; see the test below.</summary>
    private static readonly string[] s_counted = ["EventLoop.CallSoon", "EventLoop.CallSoonThreadsafe", "EventLoop.CallLater", "EventLoop.CallAt"];

    [Fact]
    public void Every_action_of_the_surface_refuses_async_void()
    {
        (ParameterInfo Parameter, bool IsRefused)[] all = EventLoop.Run(loop => Task.FromResult(Actions().Select(action => (action, Refuses(action, loop))).ToArray()));
        Assert.True(all.Length > 30, $"only {all.Length} were found");
        Assert.Empty(all.Where(static entry => !entry.IsRefused && !s_counted.Contains(Member(entry.Parameter))).Select(static entry => Text(entry.Parameter)));
    }

    [Fact]
    public void Async_void_is_refused_among_others_and_again_and_again()
    {
        using var pool = new ThreadPoolExecutor(1);
        int runs = 0;
        Action harmless = () => Interlocked.Increment(ref runs);
        for (int round = 0; round < 3; round++)
        {
            pool.Submit(harmless).Result(Cancellation);
            Assert.Throws<ArgumentException>(() => pool.Submit(Late));
            Assert.Throws<ArgumentException>(() => pool.Submit(harmless + Late));
            Assert.Throws<ArgumentException>(() => pool.Submit(new LateObject().Late));
            Assert.Throws<ArgumentException>(() => new Future<int>().AddDoneCallback(static async void (_) => await Task.Yield()));
            pool.Submit(harmless + harmless).Result(Cancellation);
        }

        Assert.Equal(9, runs);
    }

    [Fact]
    public void An_async_callback_of_the_loop_is_waited_for_and_its_failure_reported()
    {
        List<string> ended = [];
        Exception? reported = null;
        EventLoop.Run(loop =>
        {
            loop.ExceptionHandler = args => reported = args.Exception;
            loop.CallSoon(async () =>
            {
                await Task.Delay(Brief);
                ended.Add("soon");
            });
            loop.CallLater(TimeSpan.Zero, async () =>
            {
                await Task.Delay(Brief);
                ended.Add("later");
            });
            loop.CallSoonThreadsafe(async () =>
            {
                await Task.Delay(Brief);
                ended.Add("threadsafe");
                throw new TimeoutException("late");
            });
            return Task.Delay(1, Cancellation);
        });
        ended.Sort(StringComparer.Ordinal);
        Assert.Equal(["later", "soon", "threadsafe"], ended);
        Assert.IsType<TimeoutException>(reported);
    }

    [Fact]
    public void A_run_that_is_async_void_is_refused_at_the_start()
    {
        Assert.Contains("async void", Assert.Throws<InvalidOperationException>(() => new LateThread().Start()).Message, StringComparison.Ordinal);
        Assert.Contains("async void", Assert.Throws<InvalidOperationException>(() => new LateProcess().Start()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_map_to_tasks_without_results_is_refused()
    {
        using var threads = new ThreadPoolExecutor(1);
        using var pool = new Pool(1);
        Assert.Throws<ArgumentException>(() => threads.Map(static async n => await Task.Delay(n), [1]));
        Assert.Throws<ArgumentException>(() => pool.Map(static async n => await Task.Delay(n), [1]));
        Assert.Throws<ArgumentException>(() => { _ = pool.Apply(static async () => await Task.Yield()); });
        Assert.Throws<ArgumentException>(() => pool.ApplyAsync(static async () => await Task.Yield()));
        Assert.Throws<ArgumentException>(() => { _ = Process.Run((Func<Task<Task<int>>>)(static () => Task.FromResult(Task.FromResult(1)))); });
    }

    private static IEnumerable<ParameterInfo> Actions() =>
        from type in typeof(Threading.Lock).Assembly.GetExportedTypes()
        where !type.IsAssignableTo(typeof(Delegate))
        from member in type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly).OfType<MethodBase>()
        from parameter in member.GetParameters()
        where IsAction(parameter.ParameterType)
        select parameter;

    private static bool IsAction(Type type) => type.IsAssignableTo(typeof(Delegate)) && type.GetMethod("Invoke")?.ReturnType == typeof(void);

    private static string Member(ParameterInfo parameter) => $"{parameter.Member.DeclaringType!.Name}.{parameter.Member.Name}";

    private static string Text(ParameterInfo parameter) => $"{Member(parameter)}({parameter.ParameterType} {parameter.Name}) takes async void";

    /// <summary>Calls the member with an async void function.</summary>
    private static bool Refuses(ParameterInfo parameter, EventLoop loop)
    {
        var member = (MethodBase)parameter.Member;
        if (member is MethodInfo { IsGenericMethodDefinition: true } generic)
        {
            member = generic.MakeGenericMethod([.. generic.GetGenericArguments().Select(static _ => typeof(int))]);
        }

        object?[] arguments = [.. member.GetParameters().Select(other => other.Position == parameter.Position ? AsyncVoidOf(other.ParameterType) : Argument(other.ParameterType))];
        object? target = member is ConstructorInfo || member.IsStatic ? null : Instance(member.DeclaringType!, loop);
        Action<Threading.ExceptHookArgs> hook = Threading.Thread.ExceptHook;
        try
        {
            object? result = member is ConstructorInfo constructor ? constructor.Invoke(arguments) : member.Invoke(target, arguments);
            return result is ValueTask<Future> { IsFaulted: true } call && IsRefusal(call.AsTask().Exception!.InnerException);
        }
        catch (TargetInvocationException exception)
        {
            return IsRefusal(exception.InnerException);
        }
        finally
        {
            Threading.Thread.ExceptHook = hook;
            (target as IDisposable)?.Dispose();
        }
    }

    private static bool IsRefusal(Exception? exception)
    {
        Assert.Contains("async void", Assert.IsType<ArgumentException>(exception).Message, StringComparison.Ordinal);
        return true;
    }

    private static object? Argument(Type type) =>
        type == typeof(Executor) ? new ThreadPoolExecutor(1)
        : type == typeof(int) ? 1
        : type.IsValueType ? Activator.CreateInstance(type)
        : type.IsAssignableTo(typeof(Delegate)) && !IsAction(type) ? Empty(type)
        : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IEnumerable<>) ? System.Array.CreateInstance(type.GetGenericArguments()[0], 0)
        : null;

    private static Delegate Empty(Type type)
    {
        MethodInfo invoke = type.GetMethod("Invoke")!;
        return Expression.Lambda(type, Expression.Default(invoke.ReturnType), invoke.GetParameters().Select(static parameter => Expression.Parameter(parameter.ParameterType))).Compile();
    }

    private static object Instance(Type type, EventLoop loop) =>
        type == typeof(EventLoop) ? loop
        : type == typeof(Executor) || type == typeof(ThreadPoolExecutor) ? new ThreadPoolExecutor(1)
        : type == typeof(Future) ? new Future<int>()
        : Parameterless(type);

    /// <summary>The object that the shortest constructor makes which needs no arguments.</summary>
    private static object Parameterless(Type type)
    {
        ConstructorInfo shortest = type.GetConstructors().Where(static constructor => constructor.GetParameters().All(static parameter => parameter.IsOptional)).MinBy(static constructor => constructor.GetParameters().Length)!;
        return shortest.Invoke(new object?[shortest.GetParameters().Length]);
    }

    private static Delegate AsyncVoidOf(Type type)
    {
        Type[] arguments = [.. type.GetMethod("Invoke")!.GetParameters().Select(static parameter => parameter.ParameterType)];
        MethodInfo method = typeof(AsyncVoidTests).GetMethods(BindingFlags.Static | BindingFlags.NonPublic).Single(method => method.Name == nameof(Late) && method.GetParameters().Length == arguments.Length);
        return (method.IsGenericMethodDefinition ? method.MakeGenericMethod(arguments) : method).CreateDelegate(type);
    }

    private static async void Late() => await Task.Yield();

    private static async void Late<T>(T value) => await Task.Yield();

    private static async void Late<T1, T2>(T1 first, T2 second) => await Task.Yield();

    private sealed class LateObject
    {
        private int _ends;

        public async void Late()
        {
            await Task.Yield();
            _ends++;
        }
    }

    private sealed class LateThread : Threading.Thread
    {
        protected override async void Run() => await Task.Yield();
    }

    private sealed class LateProcess : Process
    {
        public override async void Run() => await Task.Yield();
    }
}
