using System.Collections.Concurrent;
using System.Reflection;

namespace Braid.Python;

/// <summary>An object of a server behind an interface of the program: what <see cref="DispatchProxy"/> derives a class from.</summary>
internal class InterfaceProxy : DispatchProxy
{
    private static readonly MethodInfo s_create = typeof(DispatchProxy).GetMethod(nameof(DispatchProxy.Create), 2, [])!;
    private static readonly ConcurrentDictionary<MethodInfo, Member> s_members = new();

    private Proxy? _target;                              // written once, by Create

    internal Proxy Target => _target ?? throw new InvalidOperationException("Create it by a manager.");

    internal static object Create(Type type, Proxy target)
    {
        var proxy = (InterfaceProxy)s_create.MakeGenericMethod(type, typeof(InterfaceProxy)).Invoke(null, null)!;
        proxy._target = target;
        return proxy;
    }

    /// <summary>Calls the method of the server's object.</summary>
    /// <param name="targetMethod">The member of the interface.</param>
    /// <param name="args">Its arguments.</param>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        ArgumentNullException.ThrowIfNull(targetMethod);
        if (targetMethod.DeclaringType == typeof(IDisposable) || targetMethod.DeclaringType == typeof(IAsyncDisposable))
        {
            Target.Dispose();
            return targetMethod.ReturnType == typeof(ValueTask) ? ValueTask.CompletedTask : null;
        }

        return s_members.GetOrAdd(targetMethod, static method => new Member(method)).Call(Target, args ?? []);
    }

    /// <summary>How one member of an interface is called.</summary>
    private sealed class Member
    {
        private readonly MethodInfo _method;
        private readonly IReadOnlyList<string> _names;
        private readonly int _tokenAt;
        private readonly Func<Proxy, string, object?[], CancellationToken, object?> _call;

        public Member(MethodInfo method)
        {
            _method = method;
            _names = MemberNames.Of(method);
            _tokenAt = Array.FindIndex(method.GetParameters(), static one => one.ParameterType == typeof(CancellationToken));
            Type type = method.ReturnType;
            Type? definition = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
            _call = definition == typeof(Task<>) || definition == typeof(ValueTask<>)
                ? Awaiting(definition == typeof(Task<>) ? nameof(TaskOf) : nameof(ValueTaskOf), type.GetGenericArguments()[0])
                : type == typeof(Task) ? static (proxy, name, args, token) => TaskOf<object?>(proxy, name, args, token)
                : type == typeof(ValueTask) ? static (proxy, name, args, token) => new ValueTask(TaskOf<object?>(proxy, name, args, token))
                : type == typeof(void) ? static (proxy, name, args, token) => proxy.Invoke(name, args, null, token)
                : (proxy, name, args, token) => proxy.To(type, proxy.Invoke(name, args, null, token));
        }

        public object? Call(Proxy proxy, object?[] args)
        {
            CancellationToken token = default;
            if (_tokenAt >= 0)
            {
                token = (CancellationToken)args[_tokenAt]!;
                args = [.. args[.._tokenAt], .. args[(_tokenAt + 1)..]];
            }

            return _call(proxy, NameFor(proxy), args, token);
        }

        /// <summary>The first of the names that the server has.</summary>
        private string NameFor(Proxy proxy)
        {
            string[] exposed = proxy.Reference.Exposed;
            foreach (string name in _names)
            {
                if (Array.IndexOf(exposed, name) >= 0)
                {
                    return name;
                }
            }

            throw new MissingMethodException(
                $"The server's {proxy.Typeid} has no method for {_method.DeclaringType?.Name}.{_method.Name}: neither " +
                $"{string.Join(" nor ", _names)}. It has {string.Join(", ", exposed)}.");
        }

        private static Func<Proxy, string, object?[], CancellationToken, object?> Awaiting(string name, Type result) =>
            typeof(Member).GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!.MakeGenericMethod(result)
                .CreateDelegate<Func<Proxy, string, object?[], CancellationToken, object?>>();

        private static Task<T> TaskOf<T>(Proxy proxy, string name, object?[] args, CancellationToken token) =>
            proxy.CallMethodAsync<T>(name, args, null, token).AsTask();

        private static object ValueTaskOf<T>(Proxy proxy, string name, object?[] args, CancellationToken token) =>
            new ValueTask<T>(TaskOf<T>(proxy, name, args, token));
    }
}
