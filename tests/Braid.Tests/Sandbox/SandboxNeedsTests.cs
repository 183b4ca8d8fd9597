using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Linq.Expressions;
using System.Numerics;
using System.Reflection;
using System.Reflection.Emit;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Braid.Futures;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>What ordinary code needs works in the strictest sandbox as it does outside.</summary>
public sealed class SandboxNeedsTests(SandboxNeedsTests.Setting setting) : SandboxedTest, IClassFixture<SandboxNeedsTests.Setting>
{
    private static readonly Dictionary<string, Func<string>> s_needs = new()
    {
        ["threads"] = static () =>
        {
            int sum = 0;
            Thread[] threads = [.. Enumerable.Range(1, 20).Select(number => new Thread(() => Interlocked.Add(ref sum, number)))];
            Array.ForEach(threads, static thread => thread.Start());
            Array.ForEach(threads, static thread => thread.Join());
            return Text(sum);
        },
        ["tasks and timers"] = static () => Text(Delayed().GetAwaiter().GetResult()),
        ["parallel loops"] = static () => Text(Enumerable.Range(0, 1000).AsParallel().Sum()),
        ["locks that wait"] = static () =>
        {
            using var signal = new ManualResetEventSlim();
            System.Threading.ThreadPool.QueueUserWorkItem(_ => signal.Set());
            signal.Wait();
            return "signalled";
        },
        ["garbage"] = static () =>
        {
            for (int round = 0; round < 100; round++)
            {
                _ = new byte[1_000_000];
            }

            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
            return Text(GC.CollectionCount(2) > 0 ? 1 : 0);
        },
        ["big arrays"] = static () => Text(new int[100_000_000].Length),
        ["memory outside of the heap"] = static () =>
        {
            nint memory = System.Runtime.InteropServices.Marshal.AllocHGlobal(50_000_000);
            System.Runtime.InteropServices.Marshal.FreeHGlobal(memory);
            return "freed";
        },
        ["memory-mapped memory"] = static () =>
        {
            using var map = System.IO.MemoryMappedFiles.MemoryMappedFile.CreateNew(null, 10_000);
            using var view = map.CreateViewAccessor();
            view.Write(5000, 42);
            return Text(view.ReadInt32(5000));
        },
        ["JSON"] = static () =>
            JsonSerializer.Serialize(JsonSerializer.Deserialize<Dictionary<string, List<int>>>("""{"a":[1,2],"b":[]}""")),
        ["XML"] = static () => XElement.Parse("<a><b c='1'/></a>").Descendants("b").Single().Attribute("c")!.Value,
        ["regular expressions"] = static () => Regex.Replace("one two", @"(\w+) (\w+)", "$2 $1", RegexOptions.Compiled),
        ["numbers in other languages"] = static () => 1234567.89.ToString("N2", CultureInfo.GetCultureInfo("fr-FR")),
        ["dates in other languages"] = static () =>
            new DateTime(2024, 2, 29).ToString("D", CultureInfo.GetCultureInfo("de-DE")),
        ["sorting in other languages"] = static () =>
        {
            string[] words = ["zebra", "ähnlich", "Apfel", "öde"];
            Array.Sort(words, StringComparer.Create(CultureInfo.GetCultureInfo("de-DE"), ignoreCase: false));
            return string.Join(' ', words);
        },
        ["normal forms"] = static () => "e\u0301".Normalize(NormalizationForm.FormC),
        ["encodings"] = static () =>
            Encoding.Latin1.GetString(Encoding.Convert(Encoding.UTF8, Encoding.Latin1, Encoding.UTF8.GetBytes("é"))),
        ["time zones"] = static () =>
            TimeZoneInfo.ConvertTime(
                new DateTimeOffset(2024, 7, 1, 12, 0, 0, TimeSpan.Zero), TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris"))
            .ToString("O", CultureInfo.InvariantCulture),
        ["the local time zone"] = static () => TimeZoneInfo.Local.Id,
        ["hashes"] = static () => Convert.ToHexString(SHA256.HashData("abc"u8)),
        ["encryption"] = static () =>
        {
            using var aes = Aes.Create();
            aes.Key = new byte[32];
            return Convert.ToHexString(aes.EncryptCbc("abc"u8, new byte[16]));
        },
        ["public keys"] = static () =>
        {
            using var rsa = RSA.Create(2048);
            byte[] signature = rsa.SignData("abc"u8, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            return Text(rsa.VerifyData("abc"u8, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1) ? 1 : 0);
        },
        ["random numbers"] = static () => Text(RandomNumberGenerator.GetBytes(16).Length + Random.Shared.Next(1)),
        ["large numbers"] = static () => BigInteger.Pow(7, 100).ToString(CultureInfo.InvariantCulture),
        ["compression"] = static () =>
        {
            using var packed = new MemoryStream();
            using (var stream = new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            {
                stream.Write(new byte[100_000]);
            }

            packed.Position = 0;
            using var unpacked = new MemoryStream();
            using (var stream = new BrotliStream(packed, CompressionMode.Decompress))
            {
                stream.CopyTo(unpacked);
            }

            return Text((int)unpacked.Length);
        },
        ["compiled expressions"] = static () =>
            Text(Expression.Lambda<Func<int>>(Expression.Add(Expression.Constant(1), Expression.Constant(2))).Compile()()),
        ["emitted assemblies"] = static () =>
        {
            var assembly = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Emitted"), AssemblyBuilderAccess.Run);
            return assembly.DefineDynamicModule("Emitted").DefineType("Type").CreateType().Name;
        },
        ["reflection"] = static () => typeof(Outside).GetProperties().Length.ToString(CultureInfo.InvariantCulture),
        ["stack traces with lines"] = static () =>
        {
            try
            {
                throw new InvalidOperationException("on purpose");
            }
            catch (InvalidOperationException exception)
            {
                string trace = exception.StackTrace!;
                return trace.Contains("SandboxNeedsTests.cs:line ", StringComparison.Ordinal) ? "with lines" : trace;
            }
        },
        ["stack overflow is far"] = static () => Text(Depth(5000)),
        ["clocks"] = static () => Text(Stopwatch.GetTimestamp() > 0 && DateTime.UtcNow.Year > 2000 ? 1 : 0),
        ["facts about the machine"] = static () =>
            $"{Environment.ProcessorCount} {Environment.MachineName} {Environment.OSVersion} {Environment.SystemPageSize}",
        ["memory that the machine has"] = static () => Text(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes > 0 ? 1 : 0),
        ["the process itself"] = static () =>
        {
            using var self = System.Diagnostics.Process.GetCurrentProcess();
            return Text(self.Threads.Count > 0 && self.WorkingSet64 > 0 ? 1 : 0);
        },
        ["the current folder's name"] = static () => Environment.CurrentDirectory,
        ["whether a file exists"] = static () => Text(File.Exists("/etc/passwd") ? 1 : 0),
        ["output"] = static () =>
        {
            Console.Out.Flush();
            return Console.OutputEncoding.WebName;
        },
    };

    public static TheoryData<string> Names => [.. s_needs.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_works_inside_as_it_does_outside(string need) =>
        Assert.Equal(s_needs[need](), setting.Inside.Submit(() => s_needs[need]()).Result(Cancellation));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static int Depth(int left) => left == 0 ? 0 : 1 + Depth(left - 1);

    private static async Task<int> Delayed()
    {
        await Task.Delay(1);
        return (await Task.WhenAll(Task.Run(static () => 1), Task.Run(static () => 2))).Sum();
    }

    public sealed class Setting : IDisposable
    {
        private readonly Lazy<ProcessPoolExecutor> _inside =   // made by the first test that is not skipped
            new(static () => new ProcessPoolExecutor(new ProcessPoolOptions { MaxWorkers = 1, Sandbox = Sandbox.Strict }));

        public ProcessPoolExecutor Inside => _inside.Value;

        public void Dispose()
        {
            if (_inside.IsValueCreated)
            {
                Inside.Dispose();
            }
        }
    }
}
