using System.Reflection;
using System.Reflection.Emit;
using Braid.Checking.Hooks;
using Braid.Checking.Rewriting;

namespace Braid.Checking.Tests.Hooks;

/// <summary>The code that calls hooks in place of members, for every overload.</summary>
public sealed class HookedCallTests
{
    private const BindingFlags Public = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static;

    [Fact]
    public void Every_call_and_every_delegate_of_a_member_with_a_hook_compiles()
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("braid-calls").FullName, "Calls.dll");
        try
        {
            int expected = Emit(file);
            (int compiled, IReadOnlyDictionary<int, LeftMethod> left) = new SubjectContext(file).SurveySubject();
            Assert.True(left.Count == 0, string.Join(Environment.NewLine, left.Values));
            Assert.True(compiled > expected && expected > 500, $"{compiled} of {expected}");
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        }
    }

    [Fact]
    public void Outside_of_control_a_call_is_the_programs_own()
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("braid-calls").FullName, "Calls.dll");
        try
        {
            Emit(file);
            Type calls = new SubjectContext(file).Subject.GetType("Calls")!;
            var gate = new ManualResetEventSlim(true);
            object?[][] waits =
            [
                [gate], [gate, CancellationToken.None], [gate, 0], [gate, TimeSpan.Zero], [gate, 0, CancellationToken.None],
                [gate, TimeSpan.Zero, CancellationToken.None],
            ];
            Assert.All(waits, wait => Assert.True(Call(calls, typeof(ManualResetEventSlim), "Wait", wait) is null or true));
            object key = new();
            Assert.Equal(true, Call(calls, typeof(Monitor), "TryEnter", key, TimeSpan.FromMilliseconds(1)));
            Assert.True(Monitor.IsEntered(key));
            Assert.Null(Call(calls, typeof(Monitor), "Exit", key));
            Assert.False(Monitor.IsEntered(key));
            Assert.Equal(Environment.CurrentManagedThreadId, Call(calls, typeof(Environment), "get_CurrentManagedThreadId"));
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        }
    }

    [Fact]
    public void Code_generated_at_run_time_calls_hooks_too() => Explored.Holds(static () =>
    {
        var enter = Written<Action<object>>(typeof(Monitor).GetMethod("Enter", [typeof(object)])!);
        var exit = Written<Action<object>>(typeof(Monitor).GetMethod("Exit", [typeof(object)])!);
        var tryEnter = Written<Func<object, int, bool>>(typeof(Monitor).GetMethod("TryEnter", [typeof(object), typeof(int)])!);
        var wait = Written<Action<ManualResetEventSlim, CancellationToken>>(
            typeof(ManualResetEventSlim).GetMethod("Wait", [typeof(CancellationToken)])!);
        object gate = new();
        var isHeld = new ManualResetEventSlim();
        var other = new Thread(() =>
        {
            enter(gate);
            isHeld.Set();
            Thread.Sleep(TimeSpan.FromHours(2));
            exit(gate);
        });
        other.Start();
        wait(isHeld, CancellationToken.None);

        // The real lock is free, and a real wait would take an hour.
        if (tryEnter(gate, 3_600_000))
        {
            throw new InvalidOperationException("The lock is held by the other thread.");
        }

        other.Join();
    });

    private static object? Call(Type calls, Type type, string name, params object?[] arguments)
    {
        MethodInfo found = Assert.Single(
            calls.GetMethods(),
            method => method.Name.StartsWith($"{type.Name}.{name}#", StringComparison.Ordinal) && Fit(method.GetParameters(), arguments));
        return found.Invoke(null, arguments);
    }

    private static bool Fit(ParameterInfo[] parameters, object?[] arguments) =>
        parameters.Length == arguments.Length
            && parameters.Zip(arguments).All(static pair => pair.First.ParameterType.IsInstanceOfType(pair.Second));

    /// <summary>A method that only calls this one, in code that the program generates itself.</summary>
    private static T Written<T>(MethodInfo member)
        where T : Delegate
    {
        Type[] parameters = ParametersOf(member);
        var written = new DynamicMethod(member.Name, member.ReturnType, parameters, typeof(HookedCallTests).Module);
        ILGenerator code = written.GetILGenerator();
        for (int i = 0; i < parameters.Length; i++)
        {
            code.Emit(OpCodes.Ldarg, i);
        }

        code.Emit(member.IsStatic ? OpCodes.Call : OpCodes.Callvirt, member);
        code.Emit(OpCodes.Ret);
        return written.CreateDelegate<T>();
    }

    /// <summary>
    /// An assembly with two methods for each member: one that passes its arguments to the member while another value lies on the stack,
    /// and one that takes the address of the member.
    /// </summary>
    /// <returns>The number of members.</returns>
    private static int Emit(string file)
    {
        var assembly = new PersistedAssemblyBuilder(new AssemblyName("Calls"), typeof(object).Assembly);
        TypeBuilder type = assembly.DefineDynamicModule("Calls")
            .DefineType("Calls", TypeAttributes.Public | TypeAttributes.Abstract | TypeAttributes.Sealed);
        int count = 0;
        foreach (MethodBase member in Members())
        {
            Type[] parameters = ParametersOf(member);
            Type returned = member is MethodInfo { ReturnType: var result } ? result : member.DeclaringType!;
            MethodBuilder call = type.DefineMethod(
                $"{member.DeclaringType!.Name}.{member.Name}#{count++}",
                MethodAttributes.Public | MethodAttributes.Static,
                returned,
                parameters);
            ILGenerator code = call.GetILGenerator();
            LocalBuilder? kept = returned == typeof(void) ? null : code.DeclareLocal(returned);
            code.Emit(OpCodes.Ldc_I4_7);
            for (int i = 0; i < parameters.Length; i++)
            {
                code.Emit(OpCodes.Ldarg, i);
            }

            switch (member)
            {
                case ConstructorInfo constructor:
                    code.Emit(OpCodes.Newobj, constructor);
                    break;
                case MethodInfo method:
                    code.Emit(method.IsStatic || method.DeclaringType!.IsValueType ? OpCodes.Call : OpCodes.Callvirt, method);
                    break;
            }

            if (kept is not null)
            {
                code.Emit(OpCodes.Stloc, kept);
                code.Emit(OpCodes.Pop);
                code.Emit(OpCodes.Ldloc, kept);
            }
            else
            {
                code.Emit(OpCodes.Pop);
            }

            code.Emit(OpCodes.Ret);
            if (member is MethodInfo pointed)
            {
                ILGenerator address = type.DefineMethod(
                    $"address#{count++}", MethodAttributes.Public | MethodAttributes.Static, typeof(nint), [])
                    .GetILGenerator();
                address.Emit(OpCodes.Ldftn, pointed);
                address.Emit(OpCodes.Ret);
            }
        }

        type.CreateType();
        assembly.Save(file);
        return count;
    }

    private static IEnumerable<MethodBase> Members() =>
        from hooks in typeof(HooksAttribute).Assembly.GetTypes()
        from attribute in hooks.GetCustomAttributes<HooksAttribute>()
        let type = Closed(attribute.Type)
        from member in type.GetMethods(Public).Cast<MethodBase>().Concat(type.IsAbstract ? [] : type.GetConstructors())
        where member.DeclaringType == type && !(member.IsAbstract && member.IsStatic)
        from closed in member is MethodInfo { IsGenericMethodDefinition: true } generic ? Closed(generic) : Enumerable.Repeat(member, 1)
        select closed;

    private static Type Closed(Type type) =>
        type.IsGenericTypeDefinition ? type.MakeGenericType([.. type.GetGenericArguments().Select(static _ => typeof(string))]) : type;

    private static IEnumerable<MethodBase> Closed(MethodInfo method) =>
        [.. new[] { typeof(string), typeof(int) }.Select(argument => TryClose(method, argument)).OfType<MethodInfo>()];

    private static MethodInfo? TryClose(MethodInfo method, Type argument)
    {
        try
        {
            return method.MakeGenericMethod([.. method.GetGenericArguments().Select(_ => argument)]);
        }
        catch (ArgumentException)
        {
            return null;        // a constraint of the member's
        }
    }

    private static Type[] ParametersOf(MethodBase member) =>
    [
        .. member.IsStatic || member.IsConstructor
            ? []
            : new[] { member.DeclaringType!.IsValueType ? member.DeclaringType.MakeByRefType() : member.DeclaringType },
        .. member.GetParameters().Select(static parameter => parameter.ParameterType),
    ];
}
