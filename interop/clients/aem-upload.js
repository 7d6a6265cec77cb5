'use strict'
// node aem-upload.js AEM TOKEN FOLDER FILE... - uploads the folder of the first file into FOLDER, and then the files. One
// line of JSON on stdout for each of the two uploads: its folders and files with their errors, or the error of the upload.
const fs = require('fs')
const path = require('path')
const { DirectBinaryUpload, DirectBinaryUploadOptions, FileSystemUpload, FileSystemUploadOptions } = require('@adobe/aem-upload')

const [aem, token, folder, ...files] = process.argv.slice(2)
const silent = { debug () {}, info () {}, warn () {}, error () {} }
const http = { headers: { Authorization: `Bearer ${token}` } }

function shown (result) {
  const folders = (result.createdFolders || []).map(({ folderPath, error }) => ({ folderPath, error: error && error.code }))
  const uploaded = (result.detailedResult || []).map(({ fileName, result }) => ({ fileName, error: result.errors && result.errors[0] && (result.errors[0].code || result.errors[0].message) }))
  const errors = (result.errors || []).map(error => error.code || error.message)
  return { folders, files: uploaded, errors }
}

async function attempt (upload) {
  try {
    console.log(JSON.stringify(shown(await upload())))
  } catch (error) {
    console.log(JSON.stringify({ error: error.code || error.message }))
  }
}

async function main () {
  const options = Options => new Options().withUrl(`${aem}/content/dam/${folder}`).withHttpOptions(http).withHttpRetryCount(1)
  await attempt(() => new FileSystemUpload({ log: silent }).upload(
    options(FileSystemUploadOptions).withDeepUpload(true), [path.dirname(files[0])]))
  const uploadFiles = files.map(file => ({
    fileName: path.basename(file), fileSize: fs.statSync(file).size, filePath: file, createVersion: true
  }))
  await attempt(() => new DirectBinaryUpload({ log: silent }).uploadFiles(
    options(DirectBinaryUploadOptions).withUploadFiles(uploadFiles)))
}

main().catch(error => { console.error(error); process.exitCode = 1 })
