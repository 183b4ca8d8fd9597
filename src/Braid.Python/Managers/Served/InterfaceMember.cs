using System.Collections;
using System.Reflection;

namespace Braid.Python;

/// <summary>A method of an interface that clients may call.</summary>
internal sealed class InterfaceMember
{
    private static readonly MethodInfo s_toBlocking = typeof(InterfaceMember).GetMethod(
        nameof(ToBlocking), BindingFlags.Static | BindingFlags.NonPublic)!;

    private readonly MethodInvoker _invoker;
    private readonly ParameterInfo[] _parameters;
    private readonly Signature _signature;
    private readonly int _tokenAt;                        // of the parameter for the caller's token; -1 if there is none

    /// <exception cref="ArgumentException">It cannot be called over a wire.</exception>
    public InterfaceMember(MethodInfo method)
    {
        Method = method;
        _invoker = MethodInvoker.Create(method);
        ParameterInfo[] all = method.GetParameters();
        _tokenAt = Array.FindIndex(all, static one => one.ParameterType == typeof(CancellationToken));
        _parameters = [.. all.Where(static one => one.ParameterType != typeof(CancellationToken))];
        if (method.IsGenericMethodDefinition || all.Any(static one => one.ParameterType.IsByRef || one.ParameterType.IsByRefLike))
        {
            throw new ArgumentException(
                $"{method.DeclaringType}.{method.Name} is generic, or has parameters that are passed by reference: values are what " +
                "crosses.");
        }

        _signature = new Signature(
            [.. _parameters.Select(static one => one.Name ?? "")],
            [.. _parameters.Select(static one => one.HasDefaultValue ? one.DefaultValue : Signature.Missing)]);
        Result = Unwrapped(method.ReturnType);
    }

    public MethodInfo Method { get; }

    /// <summary>How many arguments it takes.</summary>
    public int Count => _parameters.Length;

    /// <summary>What it returns, or what its task does; <c>void</c> for nothing.</summary>
    public Type Result { get; }

    /// <summary>Whether the result is an enumerator, made of what the member enumerates lazily.</summary>
    public bool ReturnsIterator => IsLazy(Result) || IsAsyncItems(Result);

    /// <summary>Whether the arguments may fit.</summary>
    public bool Accepts(int count, IReadOnlyDictionary<string, object?> kwds) =>
        _signature.Accepts(count, kwds.Keys.Select(CSharpName));

    /// <summary>Calls it, and waits for its task.</summary>
    /// <returns>The result; an enumerator of what it enumerates lazily.</returns>
    public object? Call(
        object target, Caller caller, string name, IReadOnlyList<object?> args, IReadOnlyDictionary<string, object?> kwds,
        PickleOptions options)
    {
        object?[] bound = _signature.Bind(name, args, kwds.ToDictionary(one => CSharpName(one.Key), static one => one.Value));
        for (int i = 0; i < bound.Length; i++)
        {
            bound[i] = Served.Convert(_parameters[i].ParameterType, bound[i], options, _parameters[i].Name ?? "");
        }

        return _tokenAt < 0
            ? Run(target, bound)
            : caller.WhilePresent(token => Run(target, [.. bound[.._tokenAt], token, .. bound[_tokenAt..]]));
    }

    /// <summary>Python writes <c>max_items</c> for <c>maxItems</c>.</summary>
    private string CSharpName(string name) =>
        Array.Find(_parameters, one => one.Name is not null && MemberNames.Snake(one.Name) == name)?.Name ?? name;

    private object? Run(object target, object?[] args)
    {
        object? result = Awaited(_invoker.Invoke(target, args.AsSpan()));
        return result switch
        {
            IEnumerable items when IsLazy(Result) => items.GetEnumerator(),   // first: what LINQ returns is its own enumerator too
            { } items when IsAsyncItems(Result) => s_toBlocking.MakeGenericMethod(Result.GetGenericArguments()).Invoke(null, [items]),
            _ => result,
        };
    }

    private static IEnumerator<T> ToBlocking<T>(IAsyncEnumerable<T> items) => items.ToBlockingEnumerable().GetEnumerator();

    /// <summary>The thread is the connection's own, so waiting on it keeps no other from running.</summary>
    private object? Awaited(object? result)
    {
        Task? task = result switch
        {
            Task one => one,
            ValueTask one => one.AsTask(),
            { } other when IsValueTask(Method.ReturnType) =>
                (Task)Method.ReturnType.GetMethod(nameof(ValueTask<int>.AsTask))!.Invoke(other, null)!,
            _ => null,
        };
        if (task is null)
        {
            return result;
        }

        task.GetAwaiter().GetResult();
        return Result == typeof(void) ? null : task.GetType().GetProperty(nameof(Task<int>.Result))!.GetValue(task);
    }

    private static bool IsValueTask(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>);

    private static bool IsLazy(Type type) => type == typeof(IEnumerable) || type == typeof(IEnumerator)
        || (type.IsGenericType && type.GetGenericTypeDefinition() is var definition
            && (definition == typeof(IEnumerable<>) || definition == typeof(IEnumerator<>)));

    private static bool IsAsyncItems(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>);

    private static Type Unwrapped(Type type) => type == typeof(Task) || type == typeof(ValueTask) ? typeof(void)
        : IsValueTask(type) || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Task<>)) ? type.GetGenericArguments()[0]
        : type;
}
