using System.Globalization;
using System.Text;

namespace Braid.Soundness;

/// <summary>A program as C#.</summary>
/// <remarks>Each operation has a line of its own, so that a place in the compiled code tells which operation it is.</remarks>
internal sealed class SourceText
{
    /// <summary>Where a program finds what to call when its body has done all; the comparison collects garbage there now and then.</summary>
    public const string AtEnd = "Braid.Soundness.AtEnd";

    private readonly StringBuilder _text = new();
    private readonly Dictionary<int, (SmallProgram Program, Op Op)> _opsByLine = [];
    private int _line = 1;

    /// <summary>The operation of each line that has one.</summary>
    public IReadOnlyDictionary<int, (SmallProgram Program, Op Op)> OpsByLine => _opsByLine;

    /// <summary>Many programs for one assembly.</summary>
    public static SourceText Of(IEnumerable<SmallProgram> programs)
    {
        var source = new SourceText();
        source.Add(0, "using System;", "using System.Collections.Concurrent;", "using System.Collections.Generic;", "using System.Linq;", "using System.Threading;", "");
        foreach (SmallProgram program in programs)
        {
            source.AddClass(program);
        }

        source.AddOutcome();
        return source;
    }

    /// <summary>One program, as a file that runs by itself.</summary>
    public static string Alone(SmallProgram program)
    {
        string body = Of([program]).ToString();
        int usings = body.IndexOf(Environment.NewLine + Environment.NewLine, StringComparison.Ordinal);
        return string.Join(Environment.NewLine,
            $"// Program {program.Number} of seed {program.Seed}{(program.Racing ? ", with a racing clock (braid check --clock racing)" : "")}. It runs by itself, and under the checker: braid check FILE",
            program.Things.Any(thing => thing.Kind is ThingKind.BraidLock or ThingKind.BraidRLock) ? "#:package Braid" : "#:property PublishAot=false",
            body[..usings],
            $"{program.Name}.Run();",
            $"Console.WriteLine({program.Name}.Tell());",
            body[usings..]);
    }

    public override string ToString() => _text.ToString();

    private void AddClass(SmallProgram program)
    {
        Add(0, $"public static class {program.Name}", "{", "    private sealed class Shared", "    {");
        foreach (Thing thing in program.Things)
        {
            Add(2, Declaration(thing));
        }

        List<Thing> sources = [.. program.Things.Where(thing => thing.Kind == ThingKind.CancellationTokenSource)];
        foreach (Thing source in sources)
        {
            Add(2, $"public readonly CancellationToken Token{source.Name};");
        }

        if (sources.Count > 0)
        {
            Add(2, $"public Shared() {{ {string.Concat(sources.Select(source => $"Token{source.Name} = {source.Name}.Token; "))}}}");
        }

        Add(1, "}", "");
        Add(1, "public static void Run()", "{");
        Add(2, "var s = new Shared();", $"var r = new object[{program.OpCount}];", "Outcome.Shared = s;", "Outcome.Results = r;");
        for (int i = 1; i < program.Threads.Count; i++)
        {
            AddThread(program, i);
        }

        AddOps(program, program.Threads[0], 2);
        Add(2, "Outcome.End();");
        Add(1, "}", "");
        Add(1, "public static string Tell()", "{", "    var s = (Shared)Outcome.Shared;");
        Add(2, $"return Outcome.Of({string.Join(", ", program.Things.Where(program.CanShow).Select(Shown).OfType<string>().Select(shown => $"({shown})"))});");
        Add(1, "}");
        Add(0, "}", "");
    }

    private void AddThread(SmallProgram program, int index)
    {
        ThreadPlan plan = program.Threads[index];
        switch (plan.Role)
        {
            case ThreadRole.Thread:
                Add(2, $"var t{index} = new Thread(() =>", "{");
                AddOps(program, plan, 3);
                Add(2, "});");
                break;
            case ThreadRole.Callback:
                Add(2, $"s.{program.Things[plan.Owner].Name} = new Timer(_ =>", "{");
                AddOps(program, plan, 3);
                Add(2, "}, null, -1, -1);", $"s.{program.Things[plan.Owner].Name}.Change({program.Things[plan.Owner].First}, -1);");
                break;
        }
    }

    private void AddOps(SmallProgram program, ThreadPlan plan, int depth)
    {
        foreach (Op op in plan.Ops)
        {
            _opsByLine.Add(_line, (program, op));
            string statement = Statement(program, op);
            Add(depth, op.Verb is Verb.Start or Verb.Join ? statement : plan.IsBare ? $"{{ {statement} }}" : $"try {{ {statement} }} catch (Exception e) {{ r[{op.Id}] = e.GetType().Name; }}");
        }
    }

    private void AddOutcome()
    {
        Add(0, "public static class Outcome", "{");
        Add(1, "public static object Shared;", "public static object[] Results;", "");
        Add(1, "public static string Of(params (string Name, object Value)[] things)", "{");
        Add(2, "return string.Join(\" \", Results.Select((result, i) => $\"{i}:{result}\")) + \" |\" + string.Concat(things.Select(thing => $\" {thing.Name}={Text(thing.Value)}\"));");
        Add(1, "}", "");
        Add(1, "public static string Walk(ConcurrentDictionary<int, string> texts)", "{");
        Add(2, "string walked = \"\";", "foreach (KeyValuePair<int, string> pair in texts)", "{", "    walked += $\"{pair.Key}={pair.Value};\";", "}", "", "return walked;");
        Add(1, "}", "");
        Add(1, $"public static void End() => (AppContext.GetData(\"{AtEnd}\") as Action)?.Invoke();", "");
        Add(1, "private static string Text(object value) => value is IEnumerable<int> items ? \"[\" + string.Join(\",\", items) + \"]\" : value.ToString();");
        Add(0, "}", "", "public sealed class Box<T>", "{", "    public T Value;", "}");
    }

    private void Add(int depth, params ReadOnlySpan<string> lines)
    {
        foreach (string line in lines)
        {
            if (line.Length > 0)
            {
                _text.Append(' ', 4 * depth).Append(line);
            }

            _text.Append(Environment.NewLine);
            _line++;
        }
    }

    private static string Declaration(Thing thing)
    {
        string name = thing.Name;
        return thing.Kind switch
        {
            ThingKind.Field or ThingKind.Atomic => $"public int {name};",
            ThingKind.Volatile => $"public volatile int {name};",
            ThingKind.Box => $"public readonly Box<string> {name} = new Box<string>();",
            ThingKind.Monitor => $"public readonly object {name} = new object();",
            ThingKind.Lock => $"public readonly Lock {name} = new Lock();",
            ThingKind.BraidLock => $"public readonly Braid.Threading.Lock {name} = new Braid.Threading.Lock();",
            ThingKind.BraidRLock => $"public readonly Braid.Threading.RLock {name} = new Braid.Threading.RLock();",
            ThingKind.ManualResetEventSlim or ThingKind.ManualResetEvent or ThingKind.AutoResetEvent => $"public readonly {thing.Kind} {name} = new {thing.Kind}({(thing.First == 1 ? "true" : "false")});",
            ThingKind.SemaphoreSlim => $"public readonly SemaphoreSlim {name} = new SemaphoreSlim({thing.First}, 3);",
            ThingKind.Dictionary or ThingKind.ConcurrentDictionary => $"public readonly {thing.Kind}<int, int> {name} = new {thing.Kind}<int, int>();",
            ThingKind.ConcurrentTexts => $"public readonly ConcurrentDictionary<int, string> {name} = new ConcurrentDictionary<int, string>(1, 2);",
            ThingKind.CancellationTokenSource => $"public readonly CancellationTokenSource {name} = new CancellationTokenSource();",
            ThingKind.Timer => $"public Timer {name};",
            _ => $"public readonly {thing.Kind}<int> {name} = new {thing.Kind}<int>();",
        };
    }

    /// <summary>What the outcome shows of a thing: what it holds in the end. Null for what only threads see while they run.</summary>
    private static string? Shown(Thing thing) => thing.Kind switch
    {
        ThingKind.Field or ThingKind.Atomic or ThingKind.Volatile or ThingKind.List or ThingKind.ConcurrentQueue or ThingKind.ConcurrentStack => $"\"{thing.Name}\", s.{thing.Name}",
        ThingKind.Box => $"\"{thing.Name}\", s.{thing.Name}.Value ?? \"\"",
        ThingKind.ConcurrentTexts => $"\"{thing.Name}\", s.{thing.Name}.OrderBy(pair => pair.Key).SelectMany(pair => new[] {{ pair.Key, int.Parse(pair.Value) }}).ToArray()",
        ThingKind.ConcurrentBag => $"\"{thing.Name}\", s.{thing.Name}.Count()",
        ThingKind.BlockingCollection => $"\"{thing.Name}\", s.{thing.Name}.ToArray()",
        ThingKind.Dictionary or ThingKind.ConcurrentDictionary => $"\"{thing.Name}\", s.{thing.Name}.OrderBy(pair => pair.Key).SelectMany(pair => new[] {{ pair.Key, pair.Value }}).ToArray()",
        _ => null,
    };

    private static string Statement(SmallProgram program, Op op)
    {
        if (op.Verb is Verb.Sleep or Verb.Yield)
        {
            return op.Verb == Verb.Sleep ? $"Thread.Sleep({op.Limit});" : "Thread.Yield();";
        }

        if (op.Verb is Verb.Start or Verb.Join)
        {
            return $"t{op.Thing}.{op.Verb}();";
        }

        Thing thing = program.Things[op.Thing];
        string it = $"s.{thing.Name}";
        string text = thing.Kind switch
        {
            ThingKind.Field or ThingKind.Volatile or ThingKind.Atomic => OfField(op, it, thing.Kind),
            ThingKind.Box => op.Verb == Verb.Read ? $"{it}.Value" : $"!{it}.Value = \"{op.Value}\"",
            ThingKind.Monitor => OfMonitor(op, it),
            ThingKind.Lock => op.Verb switch
            {
                Verb.TryEnter => $"{it}.TryEnter({op.Limit})",
                _ => $"!{it}.{op.Verb}()",
            },
            ThingKind.BraidLock or ThingKind.BraidRLock => op.Verb switch
            {
                Verb.Enter => $"!{it}.Acquire()",
                Verb.Exit => $"!{it}.Release()",
                _ => $"{it}.TryAcquire(TimeSpan.FromMilliseconds({op.Limit}))",
            },
            ThingKind.ManualResetEventSlim or ThingKind.SemaphoreSlim => OfSlim(program, op, it),
            ThingKind.ManualResetEvent or ThingKind.AutoResetEvent => op.Verb switch
            {
                Verb.Wait => $"{it}.WaitOne({op.Limit})",
                Verb.Dispose => $"!{it}.Dispose()",
                _ => $"{it}.{op.Verb}()",
            },
            ThingKind.CancellationTokenSource => op.Verb switch
            {
                Verb.IsCancelled => $"{it}.IsCancellationRequested",
                Verb.CancelAfter => $"!{it}.CancelAfter({op.Limit})",
                _ => $"!{it}.{op.Verb}()",
            },
            ThingKind.Timer => $"!{it}.Dispose()",
            _ => OfCollection(op, it, thing.Kind),
        };
        return text[0] == '!' ? $"{text[1..]};" : $"r[{op.Id}] = {text};";
    }

    private static string OfField(Op op, string it, ThingKind kind) => op.Verb switch
    {
        Verb.Read => it,
        Verb.Write => $"!{it} = {op.Value}",
        Verb.Increment when kind == ThingKind.Field => $"!{it}++",
        Verb.Increment => $"Interlocked.Increment(ref {it})",
        Verb.Exchange => $"Interlocked.Exchange(ref {it}, {op.Value})",
        Verb.CompareExchange => $"Interlocked.CompareExchange(ref {it}, {op.Value}, {Comparand(op)})",
        Verb.VolatileRead => $"Volatile.Read(ref {it})",
        _ => $"!Volatile.Write(ref {it}, {op.Value})",
    };

    private static string OfMonitor(Op op, string it) => op.Verb switch
    {
        Verb.TryEnter => $"Monitor.TryEnter({it}, {op.Limit})",
        Verb.Wait => $"Monitor.Wait({it}, {op.Limit})",
        _ => $"!Monitor.{op.Verb}({it})",
    };

    private static string OfSlim(SmallProgram program, Op op, string it) => op.Verb switch
    {
        Verb.Wait => $"{it}.Wait({op.Limit}{(op.Token < 0 ? "" : $", s.Token{program.Things[op.Token].Name}")})",
        Verb.Release => $"{it}.Release({op.Value})",
        Verb.CurrentCount or Verb.IsSet => $"{it}.{op.Verb}",
        _ => $"!{it}.{op.Verb}()",
    };

    private static string OfCollection(Op op, string it, ThingKind kind) => (op.Verb, kind) switch
    {
        (Verb.Walk, _) => $"Outcome.Walk({it})",
        (Verb.Items, ThingKind.ConcurrentDictionary or ThingKind.ConcurrentTexts) => $"string.Concat({it}.ToArray().OrderBy(pair => pair.Key).Select(pair => $\"{{pair.Key}}={{pair.Value}};\"))",
        (Verb.Items, _) => $"string.Join(\";\", {it}.ToArray())",
        (Verb.Put, ThingKind.ConcurrentTexts) => $"!{it}[{op.Key}] = \"{op.Value}\"",
        (Verb.TryGet, ThingKind.ConcurrentTexts) => $"{it}.TryGetValue({op.Key}, out string got) ? got : \"0\"",
        (Verb.Remove, ThingKind.ConcurrentTexts) => $"{it}.TryRemove({op.Key}, out string got) ? got : \"0\"",
        (Verb.TryAdd, ThingKind.ConcurrentTexts) => $"{it}.TryAdd({op.Key}, \"{op.Value}\")",
        (Verb.Count, _) => $"{it}.Count",
        (Verb.Clear, _) => $"!{it}.Clear()",
        (Verb.First, _) => $"{it}[0]",
        (Verb.Contains, _) => $"{it}.Contains({op.Value})",
        (Verb.Put, _) => $"!{it}[{op.Key}] = {op.Value}",
        (Verb.TryGet, _) => $"{it}.TryGetValue({op.Key}, out int got) ? got : 0",
        (Verb.Remove, ThingKind.Dictionary) => $"{it}.Remove({op.Key})",
        (Verb.Remove, _) => $"{it}.TryRemove({op.Key}, out int got) ? got : 0",
        (Verb.TryAdd, _) => $"{it}.TryAdd({op.Key}, {op.Value})",
        (Verb.TryUpdate, _) => $"{it}.TryUpdate({op.Key}, {op.Value}, {Comparand(op)})",
        (Verb.Add, ThingKind.ConcurrentQueue) => $"!{it}.Enqueue({op.Value})",
        (Verb.Add, ThingKind.ConcurrentStack) => $"!{it}.Push({op.Value})",
        (Verb.Add, ThingKind.ConcurrentBag) => $"!{it}.Add(1)",
        (Verb.Add, _) => $"!{it}.Add({op.Value})",
        (Verb.TryTake, ThingKind.ConcurrentQueue) => $"{it}.TryDequeue(out int got) ? got : 0",
        (Verb.TryTake, ThingKind.ConcurrentStack) => $"{it}.TryPop(out int got) ? got : 0",
        (Verb.TryTake, _) => $"{it}.TryTake(out int got) ? got : 0",
        (Verb.TryPeek, _) => $"{it}.TryPeek(out int got) ? got : 0",
        (Verb.Take, _) => $"{it}.Take()",
        _ => $"!{it}.CompleteAdding()",
    };

    /// <summary>What a compare-and-exchange compares with: another value that the program writes, or the first.</summary>
    internal static string Comparand(Op op) => ((op.Value + op.Id) % 3).ToString(CultureInfo.InvariantCulture);
}
